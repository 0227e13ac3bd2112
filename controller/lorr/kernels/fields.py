"""Distances over (cell, heading) in numba: A* backward from a goal towards a robot, by bounds from landmarks.

The four headings of a cell are within two turns of each other: the queue holds cells, and one visit mostly settles all
four. A field is a box of words, one a cell: the least distance << 12 and, three bits a heading, what each is above it.
Fields of many robots lie in one arena (uint32); `box[robot, slot]` is (offset, first row, first column, rows,
columns) of a field there, offset -1 for none. Buckets after Dial, "Algorithm 360", CACM 12 (1969).
"""

import numpy as np
from numba import njit

from controller.lorr.kernels.landmarks import TURN

FAR = (1 << 20) - 1
FAR_WORD = FAR << 12
_HALF = 2 * TURN
OPEN = 1 << 30
NODE = 16
HOPE, KEY, AFTER, BEFORE, INTO, ROW, COL, NUMBER = (np.uint64(place) for place in (4, 5, 6, 7, 8, 12, 13, 14))
"""Places in a cell's node of 64 bytes, one line of cache: 0 … 3 the distances by heading (OPEN before), HOPE the bound on
the way from the robot (-1 untouched), KEY in the queue (-1 if not in it), neighbours in its bucket, then what stays: INTO
the cost of entering it by each heading (0 where that can't be done), row, column and row in the landmarks' table.
Unsigned, as are all indices here: a negative index would be tested for at each access, a third of the time."""
_SHIFT, _FOUR = np.uint64(4), np.uint64(4)
_PICKS = 6
"""Landmark columns that a search looks at: the best ones for its robot and goal."""


@njit(cache=True, nogil=True, inline="always")
def _at(cell):
    return np.uint64(cell) << _SHIFT


@njit(cache=True, nogil=True, inline="always")
def _link(cell, key, head, node):
    bucket = np.uint64(key) & np.uint64(len(head) - 1)
    first = head[bucket]
    slot = _at(cell)
    node[slot + KEY], node[slot + AFTER], node[slot + BEFORE] = key, first, -1
    if first >= 0:
        node[_at(first) + BEFORE] = cell
    head[bucket] = cell


@njit(cache=True, nogil=True, inline="always")
def _unlink(slot, head, node):
    after, before = node[slot + AFTER], node[slot + BEFORE]
    if before >= 0:
        node[_at(before) + AFTER] = after
    else:
        head[np.uint64(node[slot + KEY]) & np.uint64(len(head) - 1)] = after
    if after >= 0:
        node[_at(after) + BEFORE] = before
    node[slot + KEY] = -1


@njit(cache=True, nogil=True)
def _pick(marks_from, marks_to, column, sign, base):
    """Choose the columns with the largest bounds between two rows of marks: base + sign * marks[cell, column]."""
    worth = np.full(_PICKS, -1, np.int32)
    for mark in range(len(marks_from)):
        direction = 1 if mark < len(marks_from) // 2 else -1
        gain = direction * (np.int32(marks_to[mark]) - np.int32(marks_from[mark]))
        rank = _PICKS
        while rank > 0 and worth[rank - 1] < gain:
            rank -= 1
        for k in range(_PICKS - 1, rank, -1):
            worth[k], column[k], sign[k], base[k] = worth[k - 1], column[k - 1], sign[k - 1], base[k - 1]
        if rank < _PICKS:
            worth[rank], column[rank], sign[rank], base[rank] = (
                gain,
                mark,
                direction,
                -direction * np.int32(marks_from[mark]),
            )


@njit(cache=True, nogil=True, inline="always")
def _hope(row, columns, column, sign, base):
    best = np.int32(0)
    for k in range(_PICKS):
        best = max(best, base[k] + sign[k] * np.int32(columns[column[k], np.uint64(row)]))
    return best


@njit(cache=True, nogil=True)
def _search(goal, start, slack, step, columns, node, head, touched, box):
    """Settle every cell through which the robot's way to `goal` may be at most `slack` worse than its best way.

    A cell is settled if its least distance + the bound from the cell `start` is at most the returned end. Also returns
    the count of cells touched; box takes the rows and columns of those settled.
    """
    column, sign, base = np.zeros(_PICKS, np.uint64), np.zeros(_PICKS, np.int32), np.zeros(_PICKS, np.int32)
    slot = _at(goal)
    _pick(columns[:, node[_at(start) + NUMBER]], columns[:, node[slot + NUMBER]], column, sign, base)
    now = np.int64(_hope(node[slot + NUMBER], columns, column, sign, base))
    for heading in range(_FOUR):
        node[slot + heading] = 0
    node[slot + HOPE] = now
    _link(goal, now, head, node)
    touched[0] = goal
    count, pending = 1, 1
    end, reached = FAR - _HALF - 1, False
    mask = np.uint64(len(head) - 1)
    top, left = node[slot + ROW], node[slot + COL]
    bottom, right = top, left
    while pending > 0 and now <= end + _HALF:
        cell = head[np.uint64(now) & mask]
        if cell < 0:
            now += 1
            continue
        slot = _at(cell)
        _unlink(slot, head, node)
        pending -= 1
        if cell == start and not reached:
            end, reached = min(now + slack, end), True
        if now <= end:
            top, bottom = min(top, node[slot + ROW]), max(bottom, node[slot + ROW])
            left, right = min(left, node[slot + COL]), max(right, node[slot + COL])
        for heading in range(_FOUR):
            weight = node[slot + INTO + heading]
            if weight == 0:
                continue
            other = cell - step[heading]
            to = _at(other)
            value = node[slot + heading] + weight
            if value >= node[to + heading]:
                continue
            hope = node[to + HOPE]
            if hope < 0:
                hope = _hope(node[to + NUMBER], columns, column, sign, base)
                node[to + HOPE] = hope
                touched[np.uint64(count)] = other
                count += 1
            key = value + hope
            if key > end + _HALF:
                continue
            for facing in range(_FOUR):
                turn = np.int32(_HALF) - np.int32(TURN) * np.int32((facing ^ heading) & np.uint64(1))
                node[to + facing] = min(node[to + facing], value + turn)
            node[to + heading] = value
            if node[to + KEY] < 0:
                pending += 1
            elif node[to + KEY] <= key:
                continue
            else:
                _unlink(to, head, node)
            _link(other, key, head, node)
    head[:] = -1
    box[1], box[2], box[3], box[4] = top, left, bottom + 1 - top, right + 1 - left
    return end, count


@njit(cache=True, nogil=True)
def _write(end, count, box, node, touched, stage):
    """Write what was settled to the stage."""
    first, top, left, cols = box[0], box[1], box[2], box[4]
    stage[first : first + box[3] * cols] = FAR_WORD
    for i in range(count):
        slot = _at(touched[i])
        least = min(node[slot], node[slot + np.uint64(1)], node[slot + np.uint64(2)], node[slot + np.uint64(3)])
        if least + node[slot + HOPE] <= end:
            word = np.int64(least) << 12
            for heading in range(4):
                word |= np.int64(node[slot + np.uint64(heading)] - least) << 3 * heading
            stage[first + (node[slot + ROW] - top) * cols + node[slot + COL] - left] = word


@njit(cache=True, nogil=True)
def _clear(count, node, touched):
    for i in range(count):
        slot = _at(touched[i])
        for heading in range(_FOUR):
            node[slot + heading] = OPEN
        node[slot + HOPE], node[slot + KEY] = -1, -1


@njit(cache=True, nogil=True)
def fill_fields(goal, start, slack, box, step, columns, scratch):
    """Fields of jobs one after another into `stage`, until it is full; how many it took.

    box: int64[jobs, 5], written, with offsets in the stage, which must hold a field of the whole map. columns: the
    landmarks' marks, transposed. Nodes and buckets come and go as they are at first.
    """
    node, head, touched, stage = scratch
    used = 0
    for job in range(len(goal)):
        end, count = _search(goal[job], start[job], slack[job], step, columns, node, head, touched, box[job])
        size = box[job, 3] * box[job, 4]
        room = used + size <= len(stage)
        if room:
            box[job, 0] = used
            _write(end, count, box[job], node, touched, stage)
            used += size
        _clear(count, node, touched)
        if not room:
            return job
    return len(goal)


@njit(cache=True, nogil=True, inline="always")
def way_left(cell, heading, box, terrain, arena):
    """Cost of the way left from a state by a field, FAR outside its box and where there is no way."""
    r, c = terrain.row[cell] - box[1], terrain.col[cell] - box[2]
    if r < 0 or c < 0 or r >= box[3] or c >= box[4]:
        return np.int64(FAR)
    word = np.int64(arena[box[0] + r * box[4] + c])
    return (word >> 12) + ((word >> 3 * heading) & 7)


@njit(cache=True, nogil=True)
def ways_left(cell, heading, box, terrain, arena, out):
    """out[robots] (int64): the way left of every robot by the field of its slot, -1 without one."""
    for robot in range(len(cell)):
        out[robot] = -1
        if box[robot, 0] >= 0:
            out[robot] = way_left(cell[robot], heading[robot], box[robot], terrain, arena)
