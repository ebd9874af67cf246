"""`make bench`: every claim measured in turn, one table printed; see README.md beside this file.

.venv/bin/python benchmarks/run.py [reading] [portals] [stall] [opening] [download] [area]
"""

import os
import platform
import sys
from datetime import datetime, timezone

import bench_area
import bench_download
import bench_open
import bench_portals
import bench_reading
import bench_stall


def reading():
    title, rows = bench_reading.main()
    for label, ratio, seconds, megabytes, versions in rows:
        yield title, label, f"{ratio:.1f} x", f"{seconds:.1f} s CPU, {megabytes:.0f} MB", versions
        title = ""


def portals():
    slowest, together = bench_portals.main()
    count, seconds = bench_portals.PORTALS, bench_portals.SECONDS
    yield (
        f"{count} portals that answer after {seconds:.0f} s",
        "all together, against the slowest one alone",
        f"{together / slowest:.2f} x",
        f"{together:.2f} s, {slowest:.2f} s",
        "",
    )


def stall():
    cores = os.cpu_count()
    yield from _stall("", 0)
    yield from _stall(f", {cores} busy processes beside", cores)


def _stall(beside, neighbours):
    rounds = bench_stall.main(neighbours=neighbours)
    middle = rounds[len(rounds) // 2]
    versions = ", ".join(f"{name} {number}" for name, number in middle["versions"].items())
    budget, count = bench_stall.BUDGET, len(rounds)
    yield (
        f"{bench_stall.SCENES:,} footprints stream into the layer{beside}",
        f"longest stall of the main thread, against {budget} ms",
        f"{middle['stall'] / budget:.1f} x",
        f"{middle['stall']:.0f} ms (of {count} runs: {', '.join(_all(rounds, 'stall'))})",
        versions,
    )
    late, ticks, seconds = middle["late"], middle["ticks"], f"{middle['seconds']:.0f} s"
    yield "", f"ticks later than {budget} ms", f"{late} of {ticks}", seconds, ""
    idle = f"{middle['idle']:.0f} ms (of {count} runs: {', '.join(_all(rounds, 'idle'))})"
    yield "", "the same, before the search", f"{middle['idle'] / budget:.1f} x", idle, ""
    if middle["idle"] > budget:  # the machine alone takes longer than that
        yield "", "too busy to tell: measure again", "", "", ""


def opening():
    title = "A full-size product in a zip, to a drawn map"
    sides = bench_open.main()
    if not sides:
        yield title, "not measured: the sample is not here", "", "", ""
        return
    middle = {name: runs[len(runs) // 2] for name, runs in sides.items()}
    alone = middle["GDAL's subdataset, read"]
    for name, runs in sides.items():
        told = f"{middle[name]:.2f} s ({runs[0]:.2f} to {runs[-1]:.2f})"
        yield title, name, f"{middle[name] / alone:.1f} x", told, ""
        title = ""


def download():
    found, versions = bench_download.main()
    for what, sides in found.items():
        title = f"A download, {what}; 20 MB/s for each of four connections"
        others = [seconds for side, seconds in sides.items() if side != "ours"]
        best = min(others or sides.values())
        for side, seconds in sides.items():
            yield title, side, f"{seconds / best:.1f} x", f"{seconds:.1f} s", versions.get(side, "")
            title = ""


def area():
    title = "10 x 10 km of a Sentinel-2 band, bytes fetched"
    for name, (whole, blocks, sent, requests) in bench_area.main().items():
        told = f"{sent / 1e6:.2f} MB, {requests} requests"
        share = f"{100 * sent / whole:.1f} % of the whole file"
        yield title, f"{name}, against the blocks alone", f"{sent / blocks:.2f} x", told, share
        title = ""


def _all(rounds, name):
    return [f"{each[name]:.0f}" for each in rounds]


CLAIMS = {
    "reading": reading,
    "portals": portals,
    "stall": stall,
    "opening": opening,
    "download": download,
    "area": area,
}
HEAD = ("What", "Who", "Ratio", "Measured", "Versions")


def main(wanted):
    unknown = set(wanted) - set(CLAIMS)
    if unknown:
        sys.exit(f"no such claim: {', '.join(sorted(unknown))}; there are {', '.join(CLAIMS)}")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    print(f"{datetime.now(timezone.utc):%Y-%m-%d}, {machine}, {load}\n", flush=True)
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for name, claim in CLAIMS.items():
        if not wanted or name in wanted:
            for row in claim():
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
