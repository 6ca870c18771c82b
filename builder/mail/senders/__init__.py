"""Services that hold the list and take a letter as a draft, a file each: see `builder.mail.service`."""
