"""The kinds of place the code treats in a way of their own. A city's data may hold others: they are listed and drawn like any place."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """A kind as the table of places names it."""

    PARK = "park"
    POCKET_PARK = "pocket_park"
    SPORTS_PARK = "sports_park"
    CAR_PARK = "car_park"
    CHARGING = "charging"
    LIBRARY = "library"
    METRO_STATION = "metro_station"
    BUS_STOP = "bus_stop"
    PITCH = "pitch"
