"""A municipality's own look under the shared roof: colours, pictures, host name."""
