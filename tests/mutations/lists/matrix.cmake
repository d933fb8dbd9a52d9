# The matrices of the exact and of the symbolic family: sum, product and transpose, which are trusted.

in_header(matrix/exact.hpp)
mutation(unit/own_numbers [[Number const number_zero(0);]] [[Number const number_zero{};]])
mutation(unit/own_numbers [[    requires std::same_as<Matrix<Number, 1, 1>, ExactMatrix<Number, 1, 1>>]] [[]])
mutation(compile_fail/matrix_of_dual_symbols [[    static_assert(nobody_looks_into_a_symbolic_block<Number>::value, "see the first error");
    using type = ExactMatrix]] [[    using type = ExactMatrix]])
set(t static/regression)
mutation(static/exact_matrix [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {
            an_entry_is_asked_for_that_lies_outside_of_its_matrix();
        }
        return entries[col * Rows + row];]]
    [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {
            an_entry_is_asked_for_that_lies_outside_of_its_matrix();
        }
        return entries[row * Cols + col];]])
mutation(${t} [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {
            an_entry_is_asked_for_that_lies_outside_of_its_matrix();
        }
        return entries[col * Rows + row];]]
    [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {
            an_entry_is_asked_for_that_lies_outside_of_its_matrix();
        }
        return entries[row * Cols + col];]])
mutation(unit/matrix [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row >= Rows || col < 0 || col >= Cols) {]])
mutation(unit/matrix [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || col < 0 || col >= Cols) {]])
mutation(unit/matrix [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col >= Cols) {]])
mutation(unit/matrix [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0) {]])
mutation(unit/matrix [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row >= Rows || col < 0 || col >= Cols) {]])
mutation(unit/matrix [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || col < 0 || col >= Cols) {]])
mutation(unit/matrix [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col >= Cols) {]])
mutation(unit/matrix [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {]]
    [[constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0) {]])
mutation(${t} [[a.entries[i] = a.entries[i] + b.entries[i];]] [[a.entries[i] = a.entries[i] - b.entries[i];]])
mutation(${t} [[a.entries[i] = a.entries[i] - b.entries[i];]] [[a.entries[i] = b.entries[i] - a.entries[i];]])
mutation(${t} [[entry = -entry;]] [[]])
mutation(${t} [[entry = factor * entry;]] [[]])
mutation(static/exact_matrix [[entry = entry * factor;]] [[]])
mutation(static/exact_matrix [[entry = entry / divisor;]] [[]])
mutation(static/exact_matrix [[operator+=(ExactMatrix const& b) { return *this = *this + b; }]] [[operator+=(ExactMatrix const& b) { return *this = b; }]])
mutation(static/exact_matrix [[operator-=(ExactMatrix const& b) { return *this = *this - b; }]] [[operator-=(ExactMatrix const& b) { return *this = *this + b; }]])
mutation(static/exact_matrix [[operator*=(Number const& factor) { return *this = *this * factor; }]] [[operator*=(Number const&) { return *this; }]])
mutation(static/exact_matrix [[operator/=(Number const& divisor) { return *this = *this / divisor; }]] [[operator/=(Number const& divisor) { return *this = *this * divisor; }]])
mutation(static/exact_matrix [[if (!(a.entries[i] == b.entries[i])) {]] [[if (i > 0 && !(a.entries[i] == b.entries[i])) {]])
mutation(static/exact_matrix [[if (!(a.entries[i] == b.entries[i])) {]] [[if (i + 1 < Rows * Cols && !(a.entries[i] == b.entries[i])) {]])
mutation(static/exact_matrix [[if (!(a.entries[i] == b.entries[i])) {
                return false;]] [[if (!(a.entries[i] == b.entries[i])) {
                return true;]])
mutation(static/exact_matrix [[ExactMatrix<Number, Inner, Cols> const& b) {
    return product(a, b);]]
    [[ExactMatrix<Number, Inner, Cols> const& b) {
    return -product(a, b);]])
set(t static/exact_matrix)
mutation(${t} [[result.entries[row * Cols + col] = a.entries[col * Rows + row];]] [[result.entries[col * Rows + row] = a.entries[col * Rows + row];]])
mutation(${t} [[int const count = inner - first < 64 ? inner - first : 64;]] [[int const count = (inner - first < 64 ? inner - first : 64) - 1;]])
mutation(${t} [[for (int first = 0; first < inner; first += 64) {]] [[for (int first = 0; first < 1; first += 64) {]])
mutation(${t} [[of_columns[col] = which_are_not_zero(b + col * inner + first, 1, count);]] [[of_columns[col] = which_are_not_zero(b + first, 1, count);]])
equivalent(${t} [[of_columns[col] = which_are_not_zero(b + col * inner + first, 1, count);]] [[of_columns[col] = ~std::uint64_t{0} >> (64 - count);]] "a term that is zero adds nothing: only the time differs")
mutation(${t} [[which_are_not_zero(left, rows, count);]] [[which_are_not_zero(left, 1, count);]])
mutation(${t} [[Number const* const left = a + first * rows + row;]] [[Number const* const left = a + row;]])
mutation(${t} [[= of_row & of_columns[col];]] [[= of_row & of_columns[0];]])
mutation(${t} [=[add_products(result[col * rows + row], first == 0, left, rows,]=] [=[add_products(result[row], first == 0, left, rows,]=])
mutation(${t} [=[add_products(result[col * rows + row], first == 0, left, rows,]=] [=[add_products(result[col * rows + row], true, left, rows,]=])
mutation(${t} [[left, rows, b + col * inner + first, of_both);]] [[left, rows, b + col * inner, of_both);]])
mutation(${t} [[sum = is_empty && i == 0 ? term : sum + term;]] [[sum = term;]])
mutation(${t} [[sum = is_empty && i == 0 ? term : sum + term;]] [[sum = is_empty && i == 0 ? term : sum - term;]])
mutation(${t} [=[Number const term = a[i * stride] * b[i];]=] [=[Number const term = b[i];]=])
mutation(${t} [=[if (!is_zero(numbers[i * stride])) {]=] [=[if (is_zero(numbers[i * stride])) {]=])
mutation(${t} [[Parts::product(a_value, b_slope) + Parts::product(a_slope, b_value);]] [[Parts::product(a_value, b_slope);]])
mutation(${t} [[Parts::product(a_value, b_slope) + Parts::product(a_slope, b_value);]] [[Parts::product(a_slope, b_value);]])
mutation(${t} [[Parts::product(a_value, b_slope) + Parts::product(a_slope, b_value);]] [[Parts::product(a_value, b_slope) - Parts::product(a_slope, b_value);]])
mutation(${t} [[auto const value = Parts::product(a_value, b_value);]] [[auto const value = Parts::product(a_value, b_slope);]])

in_header(matrix/block_matrix.hpp)
set(t static/block_matrix)
mutation(${t} [[return a.blocks_[i] + b.blocks_[i];]] [[return a.blocks_[i];]])
mutation(${t} [[return a.blocks_[i] + b.blocks_[i];]] [[return a.blocks_[i] - b.blocks_[i];]])
mutation(${t} [[return a.blocks_[i] - b.blocks_[i];]] [[return a.blocks_[i] + b.blocks_[i];]])
mutation(${t} [[return -a.blocks_[i];]] [[return a.blocks_[i];]])
mutation(${t} [[return factor * a.blocks_[i];]] [[return a.blocks_[i];]])
mutation(${t} [[return factor * a.blocks_[i];]] [[return a.blocks_[i] * factor;]])
mutation(${t} [[return a.blocks_[i] * factor;]] [[return factor * a.blocks_[i];]])
mutation(${t} [[return a.blocks_[i] / divisor;]] [[return a.blocks_[i];]])
mutation(${t} [[operator+=(BlockMatrix const& b) { return *this = *this + b; }]] [[operator+=(BlockMatrix const& b) { return *this = b; }]])
mutation(${t} [[operator-=(BlockMatrix const& b) { return *this = *this - b; }]] [[operator-=(BlockMatrix const& b) { return *this = *this + b; }]])
mutation(${t} [[operator*=(Polynomial const& factor) { return *this = *this * factor; }]] [[operator*=(Polynomial const&) { return *this; }]])
mutation(${t} [[operator/=(Polynomial const& divisor) { return *this = *this / divisor; }]] [[operator/=(Polynomial const&) { return *this; }]])
mutation(${t} [[trusted::entry(a, col, row).transposed()]] [[trusted::entry(a, col, row)]])
mutation(${t} [[trusted::entry(a, row, 0) * trusted::entry(b, 0, col)]] [[trusted::entry(b, 0, col) * trusted::entry(a, row, 0)]])
mutation(${t} [[Number sum = trusted::entry(a, row, 0) * trusted::entry(b, 0, col);]] [[Number sum = Number(0);]])
mutation(${t} [[sum += trusted::entry(a, row, i) * trusted::entry(b, i, col);]] [[]])
mutation(${t} [[sum += trusted::entry(a, row, i) * trusted::entry(b, i, col);]] [[sum -= trusted::entry(a, row, i) * trusted::entry(b, i, col);]])
mutation(${t} [[for (int i = 1; i < Inner; ++i) {]] [[for (int i = 2; i < Inner; ++i) {]])
mutation(${t} [[    return product(a, b);
}]] [[    return -product(a, b);
}]])
mutation(${t} [[return product(a, transpose(a));]] [[return -product(a, transpose(a));]])
mutation(${t} [[if (!same(entry(a, row, col), entry(b, row, col))) {]] [[if (row > 0 && !same(entry(a, row, col), entry(b, row, col))) {]])
mutation(${t} [[if (!same(entry(a, row, col), entry(b, row, col))) {]] [[if (col > 0 && !same(entry(a, row, col), entry(b, row, col))) {]])
mutation(${t} [[if (!same(entry(a, row, col), entry(b, row, col))) {]] [[if (row + 1 < Rows && !same(entry(a, row, col), entry(b, row, col))) {]])

in_header(matrix/placed.hpp)
mutation(unit/own_numbers [[if constexpr (trusted::is_zero_in_bytes<Number> && requires]] [[if constexpr (requires]])
mutation(unit/own_numbers [[static_cast<Base&>(*this) = zero<Number, Rows, Cols>();]] [[]])
mutation(unit/own_numbers [[        } else {  // of one's own]] [[        } else if constexpr (!trusted::GeneratesItself<Number, Rows, Cols, Number (*)(int, int)>) {]])

in_header(matrix/blocks.hpp)
mutation(static/symbolic_refusals [[    if constexpr (OpensWithTheKey<M>) {
        return (trusted::opened(matrix, row, col));]] [[    if constexpr (requires { matrix.block(Key{}, row, col); }) {
        return (matrix.block(Key{}, row, col));]])
mutation(static/symbolic_refusals [[    trusted::opened(matrix, 0, 0);]] [[    matrix.block(Key{}, 0, 0);]])
mutation(unit/own_numbers [[(requires { matrix.has_columns_in_entries; }) {  // without]] [[(requires { matrix.entries; }) {  // without]])
mutation(unit/own_numbers [[(requires { matrix.has_columns_in_entries; }) {
                matrix.entries]] [[(requires { matrix.entries; }) {
                matrix.entries]])

in_header(matrix/matrix.hpp)
mutation(compile_fail/gram_of_a_triangular_view [[    requires !ViewOfOneHalf<M>;]] [[]])
set(t unit/matrix)
mutation(${t} [[if (sum == static_cast<void const*>(&a) ||]] [[if (]])
mutation(${t} [[|| sum == static_cast<void const*>(&b)) {]] [[) {]])

in_header(matrix/lane_kernel.hpp)
set(t unit/lane_kernel)
mutation(${t} [[if (loads(next) < loads(best)) {]] [[if (loads(next) <= loads(best)) {]])
mutation(${t} [[int const c = (registers - 3) / (r + 1);]] [[int const c = (registers - 4) / (r + 1);]])
mutation(${t} [[int r = registers - 4;]] [[int r = registers - 5;]])
