"""By which way a site gets to its host: what the config says, as one word."""

from enum import StrEnum

from builder.config import Config
from builder.errors import ConfigError
from builder.publish.deploy import vendors
from builder.publish.deploy.hosts import HOSTS
from builder.publish.deploy.places import brought


class Route(StrEnum):
    """How a site gets to its host."""

    NONE = "none"
    """No host is named."""
    HOST = "host"
    """The host fetches and builds by itself whatever is pushed to it."""
    FOLDER = "folder"
    BRANCH = "branch"
    S3 = "s3"
    VENDOR = "vendor"
    """The host's own command line takes it."""
    PLUGIN = "plugin"


def route(config: Config) -> Route:
    """The way that the config asks for. Raises ConfigError for a host that nobody knows."""
    rules = config.deploy
    if not rules.host:
        return Route.NONE
    if rules.host not in HOSTS:
        if not brought(rules.host):
            raise ConfigError(
                f"deploy.host: there is no host {rules.host}",
                f"There is: {', '.join(HOSTS)}, and what plug-ins bring.",
                path="config.yaml",
            )
        return Route.PLUGIN
    if rules.host in (Route.FOLDER, Route.S3):
        return Route(rules.host)
    if rules.branch:
        return Route.BRANCH
    return Route.VENDOR if rules.to and rules.host in vendors.NAMES else Route.HOST
