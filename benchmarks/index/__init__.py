"""The national index beside its limits: what ``index_scale.py`` runs and measures."""
