# SPDX-License-Identifier: MIT
"""The tables of docs/performance.md, and README's figures, say what docs/performance/*.csv say. Prints TAP.

usage: python3 figures.py SOURCE-FOLDER
"""
import csv
import decimal
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
page = (root / "docs/performance.md").read_text(encoding="utf-8")
number = failed = 0


def report(what, wrong, count):
    global number, failed
    number += 1
    failed += bool(wrong or not count)
    print(f"{'not ' if wrong or not count else ''}ok {number} - {what}: {count} figures")
    for line in wrong or ([] if count else ["none was found"]):
        print(f"# {line}")


def read(name):
    lines = (root / "docs/performance" / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def tables(text):
    """Each table as its rows, a dictionary by the heads of the columns."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        head, _, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        yield head, [dict(zip(head, row)) for row in rows]


def told(cell, value):
    """Whether a cell is the value, in the digits that it has."""
    shown = decimal.Decimal(cell.replace(",", ""))
    last = decimal.Decimal(1).scaleb(shown.as_tuple().exponent)
    return abs(decimal.Decimal(value) - shown) <= last * decimal.Decimal("0.51")


def compare(rows, name, columns, value_of):
    """columns: head of a column -> what it is called in the file; cells of - are not there."""
    wrong, count = [], 0
    for row in rows:
        for column, question in columns.items():
            cell, value = row[column], value_of(row[name], question)
            if cell == "-" and value is None:
                continue
            count += 1
            if value is None or cell == "-" or not told(cell, value):
                wrong.append(f"{row[name]}, {column}: the page says {cell}, the file {value}")
    return wrong, count


def median_of(file):
    medians = {(row["question"], row["candidate"]): row for row in read(file)}
    return lambda candidate, question, field="median": medians.get((question, candidate), {}).get(field)


def peers():
    columns = {
        "typed 24 B (8)": "A typed push of 24 bytes",
        "24 B (16)": "A push of 24 bytes",
        "8 to 127 B (16)": "A push of 8 to 127 bytes",
        "ints": "Ints",
        "12 B (4)": "Structs of 12 bytes",
        "texts": "Texts of 1 to 40 bytes",
        "request, destroyed": "A request: create, 20 pushes of 64 bytes, destroy",
        "request, reset": "A request with reset: 20 pushes of 64 bytes, reset",
        "on the stack": "An arena on the stack: create in 1 KiB, one push of 24 bytes, end",
        "node of a tree": "A tree of 2^20 - 1 nodes of 24 bytes, built and thrown away",
    }
    rows = next(rows for head, rows in tables(page) if "typed 24 B (8)" in head)
    report("beside its peers", *compare(rows, "ns, median", columns, median_of("peers.csv")))


def clients():
    ratio_of = median_of("clients.csv")
    rows = next(rows for head, rows in tables(page) if "glue" in head)
    wrong, count = compare(rows, "client", {"C heap, ms": "C heap"},
                           lambda client, way: ratio_of(way, f"{client.split(':')[0]}: CPU time"))
    ways = ["mimalloc", "jemalloc", "chained", "virtual", "chained, reserved", "virtual, reserved"]
    more, others = compare(rows, "client", {way: way for way in ways},
                           lambda client, way: ratio_of(way, f"{client.split(':')[0]}: CPU time", "ratio"))
    report("real clients", wrong + more, count + others)


def reserving():
    sizes = {"64 KiB": 2**16, "1 MiB": 2**20, "64 MiB": 2**26, "1 GiB": 2**30}
    columns = {"prepare, ms": "prepare_us", "fill, ms": "fill_us", "total, ms": "total_us", "faults in the fill": "fill_faults",
               "push, ns: median": "push_ns", "p99": "p99_ns", "p99.99": "p9999_ns", "longest": "max_ns"}
    measured = {(int(row["size"]), row["way"]): row for row in read("reserve.csv")}

    def value_of(size):
        def value(way, field):
            row = measured.get((size, way))
            return row and (str(decimal.Decimal(row[field]) / 1000) if field.endswith("_us") else row[field])
        return value

    for title, size in sizes.items():
        _, rows = next(tables(page[page.index(f"\n**{title}**\n"):]))
        report(f"reserving {title}", *compare(rows, "way", columns, value_of(size)))

    readme = (root / "README.md").read_text(encoding="utf-8")
    found = re.search(r"from ([\d.]+) us to.*?in ([\d.]+) ms\s+\(`virtual`\) or ([\d.]+) ms \(`chained`\).*?takes ([\d.]+) ms", readme, re.S)
    of = value_of(2**30)
    expected = [str(decimal.Decimal(of("chained", "p99_ns")) / 1000), of("virtual reserve", "total_us"),
                of("chained reserve", "total_us"), of("chained", "total_us")]
    wrong = [f"README says {cell}, the file {value}" for cell, value in zip(found.groups(), expected) if not told(cell, value)] \
        if found else ["README has no such sentence"]
    report("README, a gigabyte", wrong, len(expected))


peers()
clients()
reserving()
print(f"1..{number}")
sys.exit(failed > 0)
