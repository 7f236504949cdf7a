"""How the day went: what waited, hour by hour, as text and as a drawing."""

from collections.abc import Sequence

Curve = Sequence[tuple[float, float, int, int]]  # minute, share at work, waiting, idle
_COLOURS = ("#0b6b63", "#7fb8b1", "#b3590a", "#6b2d73")
_DASHES = ("", "6 3", "", "2 3")
_WIDE, _HIGH, _LEFT, _TOP = 760, 300, 70, 40


def text(curves: Sequence[tuple[str, Curve]]) -> str:
    """Two tables: pieces of work that waited, and the share of those there that were at work, at each hour."""
    hours = [minute for minute, *_ in curves[0][1] if minute % 60 == 30]
    lines = [f"{'':<42}" + "".join(f"{int(one // 60):>6}:30" for one in hours)]
    for said, place, form in (("waiting", 2, "{:>9,}"), ("at work, %", 1, "{:>9.0f}")):
        for name, curve in curves:
            at = {one[0]: one[place] * (100 if place == 1 else 1) for one in curve}
            lines.append(f"{said + ': ' + name:<42}" + "".join(form.format(at[one]) for one in hours))
        lines.append("")
    return "\n".join(lines)


def svg(curves: Sequence[tuple[str, Curve]]) -> str:
    """What waited through the day, a line for each of the rules."""
    most = max(one[2] for _, curve in curves for one in curve) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE + 20} {_HIGH + 130}" role="img" '
        'font-family="Arial, sans-serif" font-size="14"><title>Work that waited through the day</title>',
        f'<text x="{_LEFT}" y="22" font-size="17" font-weight="700">Pieces of work that waited through the day</text>',
    ]
    for step in range(5):
        y, value = _y(most * step / 4, most), most * step / 4
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDE}" stroke="#d5dddc"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{value:,.0f}</text>')
    for hour in range(8, 21, 2):
        parts.append(f'<text x="{_x(hour * 60):.1f}" y="{_TOP + _HIGH + 22}" text-anchor="middle">{hour:02}:00</text>')
    for place, (name, curve) in enumerate(curves):
        colour, dash = _COLOURS[place % 4], _DASHES[place % 4]
        points = " ".join(f"{_x(one[0]):.1f},{_y(one[2], most):.1f}" for one in curve)
        line = f'fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"'
        parts.append(f'<polyline points="{points}" {line}/>')
        x, y = _LEFT + (place % 2) * 350, _TOP + _HIGH + 50 + place // 2 * 24
        parts.append(f'<path d="M{x} {y - 5}h36" {line}/><text x="{x + 44}" y="{y}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(minute: float) -> float:
    return _LEFT + (minute - 480) / 720 * (_WIDE - _LEFT)


def _y(value: float, most: float) -> float:
    return _TOP + _HIGH * (1 - value / most)
