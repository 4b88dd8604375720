"""What bench/run and bench/compare are made of: results files, the suite, charts and the report."""
