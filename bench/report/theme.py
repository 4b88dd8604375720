"""The look of charts: colours by engine for light and dark, text sizes.

The hues are those of Okabe and Ito, told apart with any kind of colour blindness; each engine also
has a marker of its own, so that colour is never all there is."""

# engine: (light, dark, marker)
ENGINE_LOOKS = {
    "fnstore": ("#0067a5", "#5ab4f0", "circle"),
    "rocksdb": ("#c2500a", "#f08c4f", "square"),
    "lmdb": ("#00805c", "#3ec79b", "triangle"),
    "rows": ("#9a6a00", "#e3b341", "diamond"),
    "original_tuned": ("#a14a86", "#dd92c2", "cross"),
    "original": ("#5f6770", "#a7b0ba", "plus"),
    "views": ("#3f93cf", "#a5d6ff", "circle"),
}
OTHER_LOOK = ("#5f6770", "#a7b0ba", "circle")

# name: (light, dark)
PAPER = {"surface": ("#ffffff", "#11161d"), "ink": ("#1c2128", "#e6edf3"),
         "muted": ("#59626c", "#9aa5b1"), "grid": ("#e4e7eb", "#28303a"),
         "axis": ("#9aa2ab", "#59636f"), "fine": ("#f4f6f8", "#181f28")}

FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def marker_of(engine):
    return ENGINE_LOOKS.get(engine, OTHER_LOOK)[2]


def class_of(engine):
    """The class that an engine's marks are drawn with."""
    return f"e-{engine}" if engine in ENGINE_LOOKS else "e-other"


def rules(side, engines):
    """The style rules of one of the two, 0 light and 1 dark, for these engines and others."""
    paper = {name: colours[side] for name, colours in PAPER.items()}
    looks = {class_of(engine): look[side] for engine, look in ENGINE_LOOKS.items()
             if engine in engines}
    looks["e-other"] = OTHER_LOOK[side]
    lines = [f".surface{{fill:{paper['surface']}}}", f".band{{fill:{paper['fine']}}}",
             f".ink{{fill:{paper['ink']}}}", f".muted{{fill:{paper['muted']}}}",
             f".grid{{stroke:{paper['grid']}}}", f".axis{{stroke:{paper['axis']}}}",
             f".whisker{{stroke:{paper['ink']}}}"]
    for name, colour in looks.items():
        lines.append(f".{name}{{stroke:{colour};fill:{colour}}}")
    # A hollow marker shows that nothing lies under it; text and lines take one colour of the two.
    lines.append(f".hollow{{fill:{paper['surface']}}}")
    return "".join(lines)


# Behind the colours, so that these have the last word.
SHAPES = (".line,.spread,.whisker{fill:none}.line{stroke-width:1.6}.strong{stroke-width:2.6}"
          ".spread,.whisker{stroke-width:1.2}.mark{stroke-width:1.4}"
          ".faint,.leader{stroke-opacity:.5}.leader{stroke-dasharray:1 3}"
          ".dashed{stroke-dasharray:4 3}.bar{stroke:none;fill-opacity:.72}"
          "text[class]{stroke:none;font-size:12px}text.small{font-size:11px}"
          "text.title{font-size:13px;font-weight:600}")


def style(engines=tuple(ENGINE_LOOKS)):
    """The rules of charts of these engines; dark where the reader's system asks for it."""
    return (f"svg{{font-family:{FONT}}}{rules(0, engines)}"
            f"@media(prefers-color-scheme:dark){{{rules(1, engines)}}}{SHAPES}")
