"""One guarded HTTP client: public addresses only, and never more time or bytes than it was given."""

from builder.web.client import Admit, Client, Fetched, NotModified, Validators

__all__ = ["Admit", "Client", "Fetched", "NotModified", "Validators"]
