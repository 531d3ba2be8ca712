"""How far one gets on foot: speed, detour, and the rings drawn around a point."""

import math

# 4.5 km/h, along streets that are 1.3 times as long as the straight line.
WALK_KMH = 4.5
DETOUR = 1.3
MINUTES = (5, 10, 15)


def walking_minutes(distance_m: float) -> int:
    """Whole minutes on foot for a straight-line distance in metres, rounded up."""
    return math.ceil(distance_m * DETOUR / (WALK_KMH * 1000 / 60))


def reach_m(minutes: float) -> float:
    """The straight-line distance in metres one gets in so many minutes on foot."""
    return minutes * WALK_KMH * 1000 / 60 / DETOUR
