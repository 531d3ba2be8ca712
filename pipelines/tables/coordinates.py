"""GCJ-02 and BD-09, the shifted coordinates of Chinese web maps, to WGS84.

The shift was never published by its authors; these are the formulas in general use, as in googollee/eviltransform
(https://github.com/googollee/eviltransform, MIT) for GCJ-02 and wandergis/coordtransform
(https://github.com/wandergis/coordtransform, MIT) for BD-09. Agreement with the services' own conversion is a few metres at best.
"""

import math

# Krasovsky 1940, the ellipsoid the GCJ-02 formulas are written for: semi-major axis in metres, squared eccentricity.
_A = 6378245.0
_EE = 0.00669342162296594323
_BD = math.pi * 3000.0 / 180.0
# Half a millimetre on the ground.
_CLOSE = 5e-9
_ROUNDS = 30


def gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """WGS84 of a GCJ-02 point, by fixed-point iteration on the forward formula.

    Args:
        lon, lat: GCJ-02 degrees, longitude first.
    Returns:
        longitude and latitude, WGS84 degrees.
    """
    x, y = lon, lat
    for _ in range(_ROUNDS):
        gx, gy = wgs84_to_gcj02(x, y)
        dx, dy = gx - lon, gy - lat
        x, y = x - dx, y - dy
        if max(abs(dx), abs(dy)) < _CLOSE:
            break
    return x, y


def bd09_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    """WGS84 of a BD-09 point.

    Args:
        lon, lat: BD-09 degrees, longitude first.
    Returns:
        longitude and latitude, WGS84 degrees.
    """
    x, y = lon - 0.0065, lat - 0.006
    z = math.hypot(x, y) - 0.00002 * math.sin(y * _BD)
    theta = math.atan2(y, x) - 0.000003 * math.cos(x * _BD)
    return gcj02_to_wgs84(z * math.cos(theta), z * math.sin(theta))


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 of a WGS84 point in China (elsewhere the services shift nothing).

    Args:
        lon, lat: WGS84 degrees, longitude first.
    Returns:
        longitude and latitude, GCJ-02 degrees.
    """
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    radians = lat * math.pi / 180.0
    magic = 1.0 - _EE * math.sin(radians) ** 2
    lat_degrees = north * 180.0 / (_A * (1.0 - _EE) / (magic * math.sqrt(magic)) * math.pi)
    lon_degrees = east * 180.0 / (_A / math.sqrt(magic) * math.cos(radians) * math.pi)
    return lon + lon_degrees, lat + lat_degrees
