"""The report: one HTML file that needs nothing else."""

from html import escape

from . import formats, tables, theme

# header field: what it is called in the report
FACTS = (("version", "fnstore"), ("revision", "git revision"), ("date", "measured"),
         ("cpu", "CPU"), ("cores", "cores"), ("memory_mib", "memory, MiB"), ("kernel", "kernel"),
         ("filesystem", "file system"), ("compiler", "compiler"), ("sqlite", "SQLite"),
         ("rocksdb", "RocksDB"), ("lmdb", "LMDB"), ("command", "command"))

PAGE_STYLE = """
body{margin:0 auto;max-width:1100px;padding:24px 20px 80px;line-height:1.5;color:%(ink)s;
background:%(surface)s;font-family:%(font)s}
h1{font-size:26px;margin-bottom:4px}h2{margin-top:48px;font-size:20px}h3{margin:32px 0 0}
p{max-width:760px}.muted,small{color:%(muted)s}small{font-size:11px;white-space:nowrap}
svg{max-width:100%%;height:auto;display:block}
details{margin:4px 0;max-width:760px}summary{cursor:pointer;color:%(muted)s;font-size:14px}
pre{overflow-x:auto;background:%(fine)s;padding:10px 12px;font-size:12px;border-radius:4px}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px}
th,td{border-bottom:1px solid %(grid)s;padding:3px 18px 3px 0;text-align:left;vertical-align:top}
tbody th{font-weight:400;white-space:nowrap}td{white-space:nowrap}
tr.group th{padding-top:16px;font-weight:600}
.better{color:%(better)s}.worse{color:%(worse)s;font-weight:600}.warning{color:%(worse)s}
"""


def colours(side):
    paper = {name: pair[side] for name, pair in theme.PAPER.items()}
    return {**paper, "font": theme.FONT, "better": theme.ENGINE_LOOKS["fnstore"][side],
            "worse": theme.ENGINE_LOOKS["rocksdb"][side]}


def page_style():
    """The rules of the page and, once for all, those of its charts."""
    return (PAGE_STYLE % colours(0)
            + "@media(prefers-color-scheme:dark){" + PAGE_STYLE % colours(1) + "}"
            + theme.style())


def fact_rows(header):
    lines = []
    for field, name in FACTS:
        value = header.get(field)
        if value in (None, ""):
            continue
        text = formats.number(value) if field == "memory_mib" else str(value)
        lines.append(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>")
    return f'<table><tbody>{"".join(lines)}</tbody></table>' if lines else ""


def warnings(results):
    """What the reader must know before any figure."""
    lines = []
    if results.header.get("suite") == "quick":
        lines.append("The quick suite: few runs of small histories. Its figures differ from one "
                     "time to the next; the full suite's do less.")
    if results.header.get("filesystem") == "tmpfs":
        lines.append("Measured in memory (tmpfs), where an fsync costs nothing: the figures say "
                     "nothing about durable commits.")
    if results.header.get("shrink", 1) != 1:
        lines.append(f"All histories were {results.header['shrink']} times smaller than usual.")
    for run in results.runs:
        if run.status != "done":
            lines.append(f"{run.status}, so that its measures are missing: {run.command}")
    return "".join(f'<p class="warning">{escape(line)}</p>' for line in lines)


def section(figure):
    commands = "\n".join(figure.commands)
    again = (f"<details><summary>measured by</summary><pre>{escape(commands)}</pre></details>"
             if commands else "")
    return (f'<h2 id="{escape(figure.name)}">{escape(figure.title)}</h2>\n'
            f"<p>{escape(figure.note)}</p>\n{figure.drawing.inline()}\n{again}")


def html(results, figures):
    """The whole page."""
    header = results.header
    title = f"fnstore {header.get('version', '')} measured".replace("  ", " ")
    seconds = sum(run.seconds for run in results.runs)
    took = f"<p>{len(results.runs)} commands took {formats.number(seconds)} s.</p>" \
        if results.runs else ""
    parts = ["<!DOCTYPE html>", '<html lang="en"><head><meta charset="utf-8">',
             '<meta name="viewport" content="width=device-width,initial-scale=1">',
             '<meta name="color-scheme" content="light dark">',
             f"<title>{escape(title)}</title><style>{page_style()}</style></head><body>",
             f"<h1>{escape(title)}</h1>", fact_rows(header), took, warnings(results),
             *(section(figure) for figure in figures),
             '<h2 id="measures">Every measure</h2>',
             "<p>Medians; small: the least and the greatest of the runs. A factor says how many "
             "times better fnstore does than that engine: more calls a second, less time, fewer "
             "bytes. Below 1 the other engine does better.</p>",
             tables.tables(results), "</body></html>"]
    return "\n".join(part for part in parts if part) + "\n"
