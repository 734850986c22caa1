"""table: figures in Markdown, as docs/performance.md has them."""


def table(title, heads, rows, digits=1):
    """In Markdown, figures to the right."""
    def cell(value):
        if value is None:
            return "-"
        return f"{value:,.{digits}f}" if isinstance(value, float) else str(value)
    rows = [heads] + [[cell(value) for value in row] for row in rows]
    wide = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    rows.insert(1, ["-" * wide[0]] + ["-" * (w - 1) + ":" for w in wide[1:]])
    print(f"\n{title}\n")
    for row in rows:
        print("| " + " | ".join([row[0].ljust(wide[0])] +
                                [value.rjust(w) for value, w in zip(row[1:], wide[1:])]) + " |",
              flush=True)
