# The public part of a header, and the end of its namespace.
/^\/\/ -* details -*$/,$c\
}
