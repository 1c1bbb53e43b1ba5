"""The base of all parts of a case."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base of all parts of a case: frozen, no unknown fields, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)
