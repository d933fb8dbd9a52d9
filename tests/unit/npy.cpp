// SPDX-License-Identifier: MIT
// .npy files that numpy wrote are read, and ours are what numpy writes; any other is refused in one sentence.
#include "incontext/io/npy.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include "support/weights.hpp"

using namespace test;

namespace {

template <class Number>
bool reads(std::string const& file) {
    Matrix<Number, 3, 4> read = zero<Number, 3, 4>();
    matrix_from_npy(stored_file(file), read, output_by_input);
    Matrix<Number, 4, 3> transposed = zero<Number, 4, 3>();
    matrix_from_npy(stored_file(file), transposed, input_by_output);
    return read == matrix_of_files<Number>() && transposed == transpose(matrix_of_files<Number>());
}

/// What is said of bytes that do not fit a matrix [3 x 4] of float, which stays as it was.
std::string refused(std::string const& bytes, WeightLayout layout = output_by_input) {
    Matrix<float, 3, 4> matrix = matrix_of_files<float>();
    std::string const sentence = refusal([&] { matrix_from_npy(bytes, matrix, layout); });
    CHECK(matrix == matrix_of_files<float>());
    return sentence;
}

}  // namespace

TEST_CASE("numpy's files are read: two orders of bytes, two of entries, three kinds of numbers, three versions") {
    for (char const* file : {"f2.npy", "f4.npy", "big_f4.npy", "fortran_f4.npy", "version_2.npy", "version_3.npy"}) {
        CAPTURE(file);
        CHECK(reads<float>(file));
        CHECK(reads<double>(file));
    }
    for (char const* file : {"f8.npy", "big_f8.npy", "fortran_big_f8.npy"}) {
        CAPTURE(file);
        CHECK(reads<double>(file));
    }
    float number = 0;
    matrix_from_npy(stored_file("number.npy"), number, output_by_input);
    CHECK(number == 2.5f);
    for (auto const layout : {output_by_input, input_by_output}) {  // a vector has no layout
        Matrix<float, 3, 1> vector = zero<float, 3, 1>();
        matrix_from_npy(stored_file("vector.npy"), vector, layout);
        CHECK((vector(0) == 0.5f && vector(1) == 1.5f && vector(2) == 2.5f));
    }
}

TEST_CASE("complex numbers keep the real part first, in both orders of bytes") {
    auto const bytes_in = [](std::string const& descr, std::string const& data) {
        std::string const header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (1,), }";
        std::string const length{static_cast<char>(header.size()), '\0'};
        return array_in_npy(std::string("\x93NUMPY\x01\0", 8) + length + header + data).bytes;
    };
    std::string const one_and_two("\0\0\x80\x3f\0\0\0\x40", 8);  // 1 + 2i
    CHECK(bytes_in("<c8", one_and_two) == one_and_two);
    CHECK(bytes_in(">c8", std::string("\x3f\x80\0\0\x40\0\0\0", 8)) == one_and_two);
    CHECK(bytes_in(">c16", "abcdefghijklmnop") == "hgfedcbaponmlkji");
    CHECK(bytes_in(">i8", "abcdefgh") == "hgfedcba");
}

TEST_CASE("entries in Fortran order are put in C order, of three axes too") {
    auto const array = array_in_npy(stored_file("fortran_three_axes.npy"));
    REQUIRE(array.shape == std::vector<std::uint64_t>{2, 3, 4});
    for (std::size_t i = 0; i < 24; ++i) {
        REQUIRE(stored::number_at<float>(array, i) == static_cast<float>(i));
    }
}

TEST_CASE("what is written is what numpy writes, byte by byte") {
    CHECK(npy_bytes(matrix_of_files<float>(), output_by_input) == stored_file("f4.npy"));
    CHECK(npy_bytes(matrix_of_files<double>(), output_by_input) == stored_file("f8.npy"));
    CHECK(npy_bytes(2.5f, output_by_input) == stored_file("number.npy"));
    for (char const* file : {"f2.npy", "f4.npy", "vector.npy", "number.npy", "empty.npy"}) {
        CAPTURE(file);
        CHECK(npy_bytes(array_in_npy(stored_file(file))) == stored_file(file));
    }
    CHECK(refusal([] { static_cast<void>(npy_bytes(array_in_npy(stored_file("i8.npy")))); }) ==
          "npy: numbers of the kind '<i8' are not written: convert them to f32");
}

TEST_CASE("an .npy that no reader would take is not written") {
    StoredArray array{.name = "w", .number = StoredNumber::f32, .shape = {2, 3}, .bytes = std::string(8, '\0')};
    auto const refused_to_write = [&] { return refusal([&] { static_cast<void>(npy_bytes(array)); }); };
    CHECK(refused_to_write() == "npy: 'w' has 8 bytes, which is not what its shape takes");
    array.shape = {std::uint64_t{1} << 63, 4};
    CHECK(refused_to_write() == "npy: the shape [9223372036854775808 x 4] has more entries than any file");
    array.shape = std::vector<std::uint64_t>(33, 1);
    array.bytes.resize(4);
    CHECK(refused_to_write() == "npy: 'w' has 33 dimensions, and files are read with at most 32");
    array.shape.pop_back();
    CHECK(array_in_npy(npy_bytes(array)).shape == array.shape);
}

TEST_CASE("every bit is read back: signed zeros, denormal numbers, infinities, NaNs") {
    Matrix<float, 3, 2> written = drawn_matrix<float, 3, 2>(1);
    written(0, 0) = -0.0f;
    written(1, 0) = std::numeric_limits<float>::denorm_min();
    written(2, 0) = -std::numeric_limits<float>::infinity();
    written(0, 1) = std::numeric_limits<float>::quiet_NaN();
    for (auto const layout : {output_by_input, input_by_output}) {
        Matrix<float, 3, 2> read = zero<float, 3, 2>();
        matrix_from_npy(npy_bytes(written, layout), read, layout);
        for (int i = 0; i < 6; ++i) {
            CHECK(std::bit_cast<std::uint32_t>(read(i)) == std::bit_cast<std::uint32_t>(written(i)));
        }
    }
}

TEST_CASE("all numbers of 16 bits have their value") {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        // The definition: (-1)^sign mantissa 2^exponent.
        int const exponent = static_cast<int>(bits >> 10 & 31);
        double const mantissa = static_cast<double>(bits & 0x3ff) / 1024;
        double expected = exponent == 0 ? std::ldexp(mantissa, -14) : std::ldexp(1 + mantissa, exponent - 15);
        expected = exponent < 31 ? expected : std::numeric_limits<double>::infinity();
        expected = bits >= 0x8000 ? -expected : expected;
        float const number = stored::float_of_half(bits);
        if (exponent == 31 && mantissa > 0) {
            REQUIRE(std::isnan(number));
        } else {
            REQUIRE(static_cast<double>(number) == expected);
            REQUIRE(std::signbit(number) == (bits >= 0x8000));
        }
    }
}

TEST_CASE("a file that does not fit is refused in one sentence, and changes nothing") {
    std::string const good = stored_file("f4.npy");
    CHECK(refused(good, input_by_output) ==
          "weights: the array is [3 x 4], and [4 x 3] belongs there: it fits in the other WeightLayout");
    CHECK(refused(stored_file("vector.npy")) == "weights: the array is [3], and [3 x 4] belongs there");
    CHECK(refused(stored_file("number.npy")) == "weights: the array is [], and [3 x 4] belongs there");
    CHECK(refused(stored_file("empty.npy")) == "weights: the array is [0 x 4], and [3 x 4] belongs there");
    CHECK(refused(stored_file("f8.npy")) ==
          "weights: the array holds numbers of 64 bits, which float does not hold exactly: read them into double, "
          "or write them with .astype(numpy.float32)");
    for (char const* file : {"i8", "b1", "c8"}) {
        CHECK(refused(stored_file(file + std::string(".npy"))).find("only floating-point numbers are read") !=
              std::string::npos);
    }
    CHECK(refused(stored_file("objects.npy")) == "npy: only numbers are read, not '|O'");
    for (std::string const kind : {"|S4", "|a4", "<U4", "<M4", "<m4"}) {  // texts, dates and times
        std::string file = stored_file("f4.npy");
        file.replace(file.find("<f4"), 3, kind);
        CHECK(refused(file) == "npy: only numbers are read, not '" + kind + "'");
    }
    CHECK(
        refused(stored_file("records.npy")).starts_with("npy: its header should have a text between quotes at byte "));
    CHECK(refused(stored_file("two.npz")) == "npy: this is no .npy file: it begins with 'PK?\?\?\?'");
    CHECK(refused("") == "npy: this is no .npy file: it begins with ''");
    CHECK(refused(replaced(good, std::string("NUMPY\x01", 6), "NUMPY\x04")) ==
          "npy: only versions 1, 2 and 3 of the format are read, not 4");
    CHECK(refused(good + "x") == "npy: an array [3 x 4] of '<f4' has 48 bytes, but 49 follow the header");
    for (std::size_t size = 0; size < good.size(); ++size) {  // cut anywhere
        CHECK(refused(good.substr(0, size)).starts_with("npy: "));
    }
    CHECK(refused(replaced(good, "(3, 4)", "(9223372036854775808, 4)")).find("has more entries than any file") !=
          std::string::npos);
    CHECK(refused(replaced(good, "(3, 4)", "(99999999999999999999, 4)")).find("at most 64 bits") != std::string::npos);
    CHECK(refused(replaced(good, "(3, 4)", "(-3, 4)")).find("a whole number at byte") != std::string::npos);
    CHECK(refused(replaced(good, "'<f4'", "'|f4'")) == "npy: the order of the bytes of '|f4' should be < or >");
    CHECK(refused(replaced(good, "False", "Maybe")).find("True or False") != std::string::npos);
    CHECK(refused(replaced(good, "fortran_order", "fortran_ordre")).find("not 'fortran_ordre'") != std::string::npos);
    CHECK(refused(replaced(good, "'fortran_order': False", "'shape': (3, 4)       ")).find("each once") !=
          std::string::npos);
}

TEST_CASE("a file is read whole, or one sentence says why not") {
    auto const directory = std::filesystem::temp_directory_path();
    CHECK_THROWS_AS(read_file((directory / "incontext_no_such_file").string()), FileError);
    CHECK_THROWS_AS(read_file(directory.string()), FileError);
    CHECK_THROWS_AS(read_file("/dev/zero", 100'000), FileError);
    CHECK(stored_file("f4.npy").size() == 176);
}
