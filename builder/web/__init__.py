"""One guarded HTTP client: public addresses only, and never more time or bytes than it was given."""

from builder.web.client import Client, Fetched, NotModified, Validators

__all__ = ["Client", "Fetched", "NotModified", "Validators"]
