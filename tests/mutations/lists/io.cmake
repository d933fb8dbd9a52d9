# Files: where an archive ends, and where links lead.

in_header(io/npz.hpp)
set(t unit/npz)
mutation(${t} [[behind(end) != bytes.size()]] [[false]])
mutation(${t} [[behind(at) > bytes.size()]] [[false]])
mutation(${t} [[number(at + 20, 2)]] [[0]])

in_header(io/atomic_file.hpp)
set(t unit/atomic_file)
mutation(${t} [[links < most]] [[links < 1]])
mutation(${t} [[target.replace(target.rfind('/') + 1, std::string::npos, next);]] [[target = next;]])
mutation(${t} [[fail_to_write(file, ELOOP);]] [[return target;]])
