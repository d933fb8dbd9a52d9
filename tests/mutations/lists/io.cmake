# Files: where an archive ends, where links lead, and what is neither read nor written.

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
mutation(${t} [[if (atomic_file::is_name_of(target, file)) {]] [[if (true) {]])
mutation(${t} [[of_target.st_ino == of_file.st_ino;]] [[true;]])

# What no reader takes is not written, and a bias of no whole number is none of zero.
in_header(io/arrays.hpp)
mutation(unit/npy [[array.shape.size() > most_dimensions]] [[false]])
in_header(io/npy.hpp)
mutation(unit/npy [[std::size_t const parts = descr[1] == 'c' && size % 2 == 0 ? 2 : 1;]] [[std::size_t const parts = 1;]])
mutation(unit/npy [[stored::require_readable(array, stored::Source{"npy"});]] [[]])
in_header(io/safetensors.hpp)
mutation(unit/safetensors [[stored::require_readable(array, source);]] [[]])
in_header(io/pytorch.hpp)
mutation(unit/weights [[[](double number) { return number == 0; }]] [[[](double) { return true; }]])

in_header(io/parameters.hpp)
mutation(compile_fail/npy_of_dynamic_size [[if constexpr (AnyMatrix<Leaf> && !FixedSizes<rows_of<Leaf>, cols_of<Leaf>>) {]] [[if constexpr (false) {]])

in_header(io/print.hpp)
mutation(compile_fail/print_of_dynamic_size [[if constexpr (!FixedSizes<rows_of<M>, cols_of<M>>) {]] [[if constexpr (false) {]])
