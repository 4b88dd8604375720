#!/usr/bin/env python3
"""Draws the report of fixed results with bench/run --from, and checks what is in it.

The last line is "N passed, N failed"."""

import html.parser
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import sample_results

RUN = pathlib.Path(os.environ["FNSTORE_SOURCE"]) / "bench" / "run"
NAMES = ("fnstore", "RocksDB", "LMDB", "rows", "original, tuned", "original")
CHARTS = ("throughput", "group", "bytes", "columns", "history_size", "depth", "page", "range",
          "filter", "all-functions", "pages_meanwhile", "writer_meanwhile", "opening",
          "statistics", "pruning")
ONE_ENGINE = ("columns",)
SVG = "{http://www.w3.org/2000/svg}"


def run(*arguments):
    return subprocess.run([sys.executable, str(RUN), *map(str, arguments)], capture_output=True,
                          text=True, timeout=60, check=False)


class Tags(html.parser.HTMLParser):
    """What an HTML page opens and does not close, and all that its attributes name."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.values = [], [], []

    def handle_starttag(self, tag, attrs):
        self.values += [value for _, value in attrs]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.values += [value for _, value in attrs]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


class Report(unittest.TestCase):
    """One drawing of the sample for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.scratch.name)
        sample_results.write(folder / "sample.jsonl")
        cls.folder = folder / "report"
        cls.done = run("--from", folder / "sample.jsonl", "--out", cls.folder,
                       "--figure", folder / "figures" / "small.svg")
        assert cls.done.returncode == 0, cls.done.stderr
        cls.page = (cls.folder / "report.html").read_text(encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def texts(self, path):
        return [text.text for text in xml.etree.ElementTree.parse(path).iter(f"{SVG}text")]

    def test_every_chart_is_a_file_and_on_the_page(self):
        self.assertEqual({path.stem for path in self.folder.glob("*.svg")}, set(CHARTS))
        for name in CHARTS:
            self.assertIn(f'<h2 id="{name}">', self.page)

    def test_charts_are_xml_with_every_series_named(self):
        for name in CHARTS:
            texts = self.texts(self.folder / f"{name}.svg")
            for engine in ("created_at",) if name in ONE_ENGINE else NAMES:
                self.assertIn(engine, texts, msg=name)

    def test_charts_draw_every_point_with_its_spread(self):
        drawing = xml.etree.ElementTree.parse(self.folder / "throughput.svg")
        marks = [element for element in drawing.iter() if "mark" in element.get("class", "")]
        spreads = [element for element in drawing.iter() if "spread" in element.get("class", "")
                   and "leader" not in element.get("class")]
        expected = 2 * 2 * len(NAMES)  # durabilities, batches
        self.assertEqual((len(marks), len(spreads)), (expected, expected))
        tip = "fnstore: calls_per_s 900,000 calls/s (675,000 to 1,120,000), batch=1000"
        tips = [title.text for title in drawing.iter(f"{SVG}title")]
        self.assertTrue([text for text in tips if text.startswith(tip)], msg=tips)

    def test_higher_values_are_drawn_higher(self):
        drawing = xml.etree.ElementTree.parse(self.folder / "throughput.svg")
        ys = {}
        for circle in drawing.iter(f"{SVG}circle"):
            batch = re.search(r"batch=(\d+) durability=power_safe",
                              circle.find(f"{SVG}title").text)
            if batch:
                ys[int(batch[1])] = float(circle.get("cy"))
        self.assertLess(ys[1000], ys[1])

    def test_labels_do_not_overlap(self):
        for name in (*CHARTS, "../figures/small"):
            places = [(float(text.get("x")), float(text.get("y")), text.text) for text in
                      xml.etree.ElementTree.parse(self.folder / f"{name}.svg").iter(f"{SVG}text")
                      if text.text in NAMES]
            for x, y, text in places:
                for other_x, other_y, other in places:
                    if text != other and abs(x - other_x) < 40:
                        self.assertGreaterEqual(abs(y - other_y), 11, msg=(name, text, other))

    def test_the_page_is_whole_and_by_itself(self):
        tags = Tags()
        tags.feed(self.page)
        self.assertEqual((tags.open, tags.wrong), ([], []))
        for text in [self.page, *(path.read_text(encoding="utf-8")
                                  for path in self.folder.glob("*.svg"))]:
            urls = set(re.findall(r"https?://[^\"' <)]+", text))
            self.assertLessEqual(urls, {"http://www.w3.org/2000/svg"})
            self.assertNotRegex(text, r"<script|<link|<img|@import|url\(|\bsrc=|\bhref=")
            self.assertIn("prefers-color-scheme:dark", text)

    def test_the_page_tells_where_and_how(self):
        for words in ("A &lt;CPU&gt; &amp; more", "9.8.7", "0123456789", "bench/run --quick",
                      "fnstore-bench ingest --batch 1000 --durability buffered", "out of time",
                      "The quick suite", "fewer than fnstore: original (200)"):
            self.assertIn(words, self.page)

    def test_the_table_has_ratios_of_either_direction(self):
        rows = re.findall(r"<tr><th>(\w+).*?</tr>", self.page)
        self.assertIn("calls_per_s", rows)
        self.assertRegex(self.page, r"<tr><th>calls_per_s .*2\.00×")  # RocksDB, half as fast
        self.assertRegex(self.page, r"<tr><th>p50_us<.*2\.00×")  # RocksDB, twice as long
        self.assertRegex(self.page, r"20\.0×</span><br><small>[^<]*</small>"
                                    r"<br><small>of 200 calls")  # the original

    def test_the_small_figure_is_small(self):
        path = self.folder.parent / "figures" / "small.svg"
        self.assertLessEqual(path.stat().st_size, 15 * 1024)
        self.assertNotIn("<title>", path.read_text(encoding="utf-8"))  # no pointer reaches it
        texts = self.texts(path)
        for words in (*NAMES, "fnstore 9.8.7, 2026-11-27, 2 cores of A <CPU> & more"):
            self.assertIn(words, texts)

    def test_prints_what_it_wrote(self):
        self.assertEqual(self.done.stdout.splitlines(), [
            str(self.folder / "report.html"), str(self.folder.parent / "figures" / "small.svg")])

    def test_partial_results_make_a_partial_report(self):
        with tempfile.TemporaryDirectory() as folder:
            small = pathlib.Path(folder) / "small.jsonl"
            whole = (self.folder.parent / "sample.jsonl").read_text(encoding="utf-8")
            small.write_text("".join(line + "\n" for line in whole.splitlines()
                                     if '"page"' in line and '"fnstore"' in line))
            done = run("--from", small, "--out", folder)
            self.assertEqual(done.returncode, 0, msg=done.stderr)
            self.assertEqual({path.name for path in pathlib.Path(folder).glob("*.svg")},
                             {"page.svg", "pages_meanwhile.svg"})
            done = run("--from", small, "--figure", pathlib.Path(folder) / "x.svg")
            self.assertEqual(done.returncode, 2)
            self.assertIn("no power_safe ingest", done.stderr)

    def test_mistakes_are_usage_errors(self):
        given = str(self.folder.parent / "sample.jsonl")
        for arguments in (["--nope"], ["more"], ["--from", given], ["--shrink", "0"],
                          ["--shrink", "x"], ["--only", "nonsense"],
                          ["--from", given, "--quick", "--out", "x"],
                          ["--from", "nowhere.jsonl", "--figure", "x.svg"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), msg=arguments)
            self.assertTrue(done.stderr)

    def test_help_names_every_option(self):
        done = run("--help")
        self.assertEqual(done.returncode, 0)
        for word in ("--quick", "--out", "--trace", "--only", "--shrink", "--build-dir", "--from",
                     "--figure", "Exit status"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=1).result
    bad_ones = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad_ones} passed, {bad_ones} failed")
    sys.exit(1 if bad_ones else 0)
