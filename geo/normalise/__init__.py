"""From a layer as published to a layer that can be compared; every change is in the ledger."""
