"""The private application: incidents, consent, review, and what two people let out."""
