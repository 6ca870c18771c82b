"""An engine, a sender and a deployer for Briefpress."""
