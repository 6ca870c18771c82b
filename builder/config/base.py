"""What every mapping of `config.yaml` has in common."""

from pydantic import BaseModel, ConfigDict, model_validator


class Keys(BaseModel):
    """A mapping of the file: unknown keys are refused, a key without a value counts as not written."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        # Built as parts of the whole, once; most are never asked for alone.
        defer_build=True,
        str_strip_whitespace=True,
        model_title_generator=lambda model: model.__name__.removesuffix("Keys").lower(),
        field_title_generator=lambda name, _: name,
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_unset(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        return {
            key: value
            for key, value in data.items()
            if value not in (None, "") or key not in cls.model_fields
        }
