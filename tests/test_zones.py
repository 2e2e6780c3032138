"""Time zones by the name of a city and by a location."""

import pytest

import locales
from data.cities import cities
from data.library import Library
from data.model.zones import City, nearest
from handlers import zones

SPEAKERS = locales.load()


def test_all_cities_lie_on_earth_and_in_a_zone_that_there_is() -> None:
    for city in cities():
        assert city.zone in zones.known()
        assert -90 <= city.lat <= 90
        assert -180 <= city.lon <= 180
        assert not city.names or city.names.keys() == SPEAKERS.keys()


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("нью йорк", "America/New_York"),
        ("Nyu-York", "America/New_York"),
        (" istanbul ", "Europe/Istanbul"),
        ("Анкара", "Europe/Istanbul"),
        ("Təbriz", "Asia/Tehran"),
        ("Санкт-Петербург", "Europe/Moscow"),
        ("bakı", "Asia/Baku"),
        ("kelbecer", "Asia/Baku"),
        ("Şuşa", "Asia/Baku"),
        ("Kiyev", "Europe/Kyiv"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("Naxçıvan", "Asia/Baku"),
    ],
)
def test_a_city_is_known_by_its_name_in_any_language(
    library: Library, words: str, zone: str
) -> None:
    assert zones.named(words, SPEAKERS.values(), library) == (zone,)


def test_a_misspelt_name_is_guessed_and_no_name_is_not(library: Library) -> None:
    assert "Europe/London" in zones.named("Lundon", SPEAKERS.values(), library)
    assert zones.named("qqqqqq", SPEAKERS.values(), library) == ()
    assert zones.named("", SPEAKERS.values(), library) == ()


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (39.82, 46.75, "Asia/Baku"),  # Khankendi
        (40.10, 46.04, "Asia/Baku"),  # Kalbajar
        (39.21, 45.41, "Asia/Baku"),  # Nakhchivan
        (41.00, 39.70, "Europe/Istanbul"),
        (40.71, -74.01, "America/New_York"),
        (55.79, 49.12, "Europe/Moscow"),  # Kazan, between Samara and Kirov
        (48.14, 11.58, "Europe/Berlin"),
        (-17.0, -179.9, "Pacific/Fiji"),  # beyond the date line
    ],
)
def test_a_location_is_in_the_zone_of_the_nearest_city(
    library: Library, lat: float, lon: float, zone: str
) -> None:
    assert zones.located(library, lat, lon) == zone


def test_a_degree_of_longitude_is_short_in_the_north() -> None:
    east, south = City("e", 70, 10, {}), City("s", 65, 0, {})
    assert nearest([south, east], 70, 0) == east


@pytest.mark.parametrize(
    ("language", "words"), [("az", "Nyu York"), ("en", "New York"), ("ru", "Нью-Йорк")]
)
def test_a_zone_is_named_in_the_language(language: str, words: str) -> None:
    assert zones.label("America/New_York", SPEAKERS[language]) == words


def test_a_zone_that_babel_does_not_name_is_named_by_our_list() -> None:
    assert zones.label("Europe/Kyiv", SPEAKERS["ru"]) == "Киев"
    assert zones.label("Europe/Kyiv", SPEAKERS["az"]) == "Kiyev"
