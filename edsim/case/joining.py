"""What a network serves and which of it a building takes, service by service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from edsim.case.parts.base import Part

Connect = Literal["must", "optional", "never"]
_STRONGEST: tuple[Connect, ...] = ("must", "optional", "never")


class Serving(Part):
    """What a network delivers."""

    service: str | tuple[str, ...]
    """Service it delivers at the buildings: cooling, heating, hot_water ...; of several on the same pipes a list."""

    @field_validator("service", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        """Refuse what is neither a text nor a list of some, before the two types are told apart."""
        listed = value if isinstance(value, list | tuple) else (value,)
        if not all(isinstance(item, str) for item in listed):
            raise PydanticCustomError("string_type", "a text, or a list of texts")
        if not listed:
            raise PydanticCustomError("too_short", "no service", {"min_length": 1, "actual_length": 0})
        return value

    @property
    def services(self) -> tuple[str, ...]:
        """Every service it delivers, each once, in the order stated."""
        return (self.service,) if isinstance(self.service, str) else tuple(dict.fromkeys(self.service))


class Joining(Part):
    """Which networks a building joins."""

    connect: Connect = "must"
    """Whether networks must, may or must not serve the building."""
    connect_cooling: Connect | None = None
    """The same for cooling alone: must, optional or never; default is `connect`."""
    connect_heating: Connect | None = None
    """The same for heating alone; default is `connect`."""
    connect_hot_water: Connect | None = None
    """The same for hot water alone; default is `connect`."""
    connect_steam: Connect | None = None
    """The same for steam alone; default is `connect`."""
    connect_compressed_air: Connect | None = None
    """The same for compressed air alone; default is `connect`."""

    def connects(self, service: str) -> Connect:
        """Return whether networks must, may or must not serve the building with `service`."""
        own: Connect | None = getattr(self, f"connect_{service}", None)
        return own or self.connect

    def takes(self, services: Iterable[str]) -> tuple[str, ...]:
        """Return those of `services` that networks must or may serve the building with."""
        return tuple(s for s in services if self.connects(s) != "never")

    @property
    def joins_any(self) -> bool:
        """Whether networks may serve the building with anything they carry."""
        return bool(self.takes(name.removeprefix("connect_") for name in CONNECT_FIELDS if name != "connect"))

    def joins(self, services: Iterable[str]) -> Connect:
        """Return whether a network of `services` must, may or must not reach the building: the strongest of them."""
        return min((self.connects(s) for s in services), key=_STRONGEST.index, default="never")

    def connecting(self, how: Connect, which: Iterable[Connect] = _STRONGEST) -> Self:
        """Return the building with `how` for every service it states one of `which` for."""
        chosen = set(which)
        return self.model_copy(update={name: how for name in CONNECT_FIELDS if getattr(self, name) in chosen})


CONNECT_FIELDS = tuple(Joining.model_fields)
"""Fields that say which networks a building joins, not what it needs."""
SUPPLY_FIELDS = (*CONNECT_FIELDS, "bau", "bau_age_a", "bau_service_age_a", "tariff")
"""Fields of a building that say how it is served."""
