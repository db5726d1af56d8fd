"""One statsforecast model over a task file.

usage: python_peers.py MODEL TASKS ANSWERS SECONDS

A line of TASKS: id dataset step_seconds steps_a_day steps value value ... (NA = absent).
A line of ANSWERS: id wall_seconds cpu_seconds quantile ... (13 levels, each with all its steps), or
"id wall_seconds cpu_seconds failed reason". Absent values are interpolated, for these models take none. A
task that takes longer than CAP is given up. Answers are appended; tasks that have one are skipped.
"""
import multiprocessing
import os
import sys
import time
import warnings

CAP = 120  # seconds a task, as the protocol has it
BOTH_SIDES = [95, 80, 60, 40, 20, 90, 98]  # central intervals that contain all levels below
LEVELS = [("lo", 95), ("lo", 80), ("lo", 60), ("lo", 40), ("lo", 20), None, ("hi", 20), ("hi", 40), ("hi", 60),
          ("hi", 80), ("hi", 90), ("hi", 95), ("hi", 98)]


def model(name, day, n):
    from statsforecast.models import MSTL, AutoARIMA, AutoETS, AutoTheta
    season = day if n >= 2 * day else 1  # a history below two days has no season
    if name == "MSTL":  # the week's loess takes 25 s at 5 minutes, so it is for coarser grids only
        return MSTL(season_length=[day, 7 * day] if n >= 15 * day and day <= 48 else [season])
    if name == "AutoETS" and day > 48:  # no season over 24 in R's ets, minutes here: what is left is the trend
        season = 1
    return {"AutoETS": AutoETS, "AutoTheta": AutoTheta, "AutoARIMA": AutoARIMA}[name](season_length=season)


def answer(name, day, steps, values):
    import numpy as np
    y = np.array([np.nan if v == "NA" else float(v) for v in values])
    known = np.flatnonzero(np.isfinite(y))
    y = np.interp(np.arange(len(y)), known, y[known])
    wall, cpu = time.perf_counter(), time.process_time()
    r = model(name, day, len(y)).forecast(y, steps, level=BOTH_SIDES)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    q = np.array([r["mean"] if side is None else r[f"{side[0]}-{side[1]}"] for side in LEVELS])
    return wall, cpu, np.sort(q, axis=0)


def work(name, pipe):
    warnings.filterwarnings("ignore")
    while True:
        day, steps, values = pipe.recv()
        try:
            wall, cpu, q = answer(name, day, steps, values)
            text = " ".join(f"{v:.9g}" for v in q.ravel())
            pipe.send(f"{wall:.4f} {cpu:.4f} {text}")
        except Exception as e:  # a failed fit is a result
            pipe.send(f"nan nan failed {' '.join(repr(e).split())[:200]}")


def start(name):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=work, args=(name, theirs), daemon=True)
    process.start()
    warm = [str(100 + i % 24 + i % 7) for i in range(200)]  # compiles, which is no part of a fit
    ours.send((24, 24, warm))
    ours.recv()
    return process, ours


def done(path):
    if not os.path.exists(path):
        return set()
    with open(path, "rb") as f:
        lines = f.read().split(b"\n")
    whole = lines[:-1]  # a line without its end was cut off
    with open(path, "wb") as f:
        f.write(b"".join(line + b"\n" for line in whole))
    return {line.split(b" ", 1)[0].decode() for line in whole}


def main(name, tasks, answers, seconds):
    finished, count = done(answers), 0
    process, pipe = start(name)
    end = time.monotonic() + float(seconds)
    with open(tasks) as lines, open(answers, "a") as out:
        for line in lines:
            if time.monotonic() > end:
                break
            task, _, _, day, steps, *values = line.split()
            if task in finished:
                continue
            pipe.send((int(day), int(steps), values))
            if pipe.poll(CAP):
                text = pipe.recv()
            else:
                process.kill()
                text = f"{CAP} nan failed longer than {CAP} s"
                process, pipe = start(name)
            out.write(f"{task} {text}\n")
            out.flush()
            count += 1
    process.kill()
    print(f"peers: {name}: {count} tasks more, {len(finished) + count} in all", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
