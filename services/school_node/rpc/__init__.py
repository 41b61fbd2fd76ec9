"""The front door: the registrar and the principal ask; nobody submits to a school."""
