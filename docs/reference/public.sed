# The public part of a header, and the end of its namespace.
/^\/\/ -* \(details\|wrong calls\) -*$/,$c\
}
# A comment behind a declaration is the declaration's.
s|^\( *[^ /].*[;,}]\)  *// \([^ ].*\)$|\1  ///< \2|
