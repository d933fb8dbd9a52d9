// SPDX-License-Identifier: MIT
// safetensors files as the format's description says are read, and ours come back; any other is refused in one sentence.
#include <iomanip>  // std::quoted, which must not be found in the place of our functions

#include "incontext/io/npz.hpp"
#include "incontext/io/pytorch.hpp"
#include "incontext/io/safetensors.hpp"

#include <string>

#include "support/weights.hpp"

using namespace test;

namespace {

/// A file of this header and this many bytes of numbers.
std::string file_of(std::string const& header, std::size_t bytes = 0) {
    std::string file;
    stored::append_whole_number(file, header.size(), 8);
    return file + header + std::string(bytes, '\0');
}

std::string refused(std::string const& bytes) {
    return refusal([&] { static_cast<void>(arrays_in_safetensors(bytes)); });
}

}  // namespace

TEST_CASE("floating-point numbers of four kinds, vectors, numbers and strange names are read") {
    auto const arrays = arrays_in_safetensors(stored_file("kinds.safetensors"));
    REQUIRE(arrays.size() == 10);
    for (char const* name : {"m", "in_half", "in_brain"}) {
        CAPTURE(name);
        Matrix<float, 3, 4> matrix = zero<float, 3, 4>();
        matrix_from_array(array_named(arrays, name), matrix, output_by_input);
        CHECK(matrix == matrix_of_files<float>());
    }
    Matrix<double, 3, 4> matrix = zero<double, 3, 4>();
    matrix_from_array(array_named(arrays, "in_double"), matrix, output_by_input);
    CHECK(matrix == matrix_of_files<double>());
    Matrix<float, 3, 4> transposed = zero<float, 3, 4>();
    matrix_from_array(array_named(arrays, "transposed"), transposed, input_by_output);
    CHECK(transposed == matrix_of_files<float>());
    float number = 0;
    matrix_from_array(array_named(arrays, "number"), number, output_by_input);
    CHECK(number == 2.5f);
    CHECK(array_named(arrays, "W\xc3\xbc \"quoted\"\\\n").shape == std::vector<std::uint64_t>{1});
    CHECK(array_named(arrays, "steps").number == StoredNumber::other);
    CHECK(refusal([&] { matrix_from_array(array_named(arrays, "steps"), number, output_by_input); }) ==
          "weights: 'steps' holds 'I64', and only floating-point numbers are read");
    CHECK(refusal([&] {
              static_cast<void>(array_named(arrays, "query"));
          }).starts_with("weights: the file has no 'query', but 'm', 'in_double', "));
}

TEST_CASE("the numbers of an array of any shape are read row by row") {
    auto const arrays = arrays_in_safetensors(stored_file("kinds.safetensors"));
    CHECK(numbers_of(array_named(arrays, "vector")) == std::vector<double>{0.5, 1.5, 2.5});
    CHECK(numbers_of(array_named(arrays, "in_half"))[4] == 10.5);
    CHECK(numbers_of(array_named(arrays, "empty")).empty());
    CHECK(refusal([&] { static_cast<void>(numbers_of(array_named(arrays, "steps"))); }) ==
          "weights: 'steps' holds 'I64', and only floating-point numbers are read");
    StoredArray cut = array_named(arrays, "vector");
    cut.bytes.pop_back();
    CHECK(refusal([&] { static_cast<void>(numbers_of(cut)); }) ==
          "weights: 'vector' has 11 bytes, which is not what its shape takes");
}

TEST_CASE("what is written is read back, with the widest numbers first") {
    auto arrays = arrays_in_safetensors(stored_file("kinds.safetensors"));
    std::erase_if(arrays, [](StoredArray const& array) { return array.number == StoredNumber::other; });
    std::string const bytes = safetensors_bytes(arrays);
    auto const read = arrays_in_safetensors(bytes);
    REQUIRE(read.size() == arrays.size());
    CHECK(read.front().name == "in_double");
    for (StoredArray const& array : arrays) {
        CHECK(array_named(read, array.name) == array);
    }
    CHECK(stored::whole_number(bytes, 0, 8) % 8 == 0);  // the numbers begin at a multiple of 8
    CHECK(safetensors_bytes(read) == bytes);
    CHECK(arrays_in_safetensors(safetensors_bytes({})).empty());
    arrays[0].name = arrays[1].name;
    CHECK(refusal([&] {
              static_cast<void>(safetensors_bytes(arrays));
          }).starts_with("safetensors: two arrays have the name "));
    arrays[0].number = StoredNumber::other;
    arrays[0].name = "steps";
    CHECK(refusal([&] {
              static_cast<void>(safetensors_bytes(arrays));
          }).starts_with("safetensors: the array 'steps' is not written"));
}

TEST_CASE("a safetensors file that no reader would take is not written") {
    StoredArray array{.name = "w", .number = StoredNumber::f32, .shape = {2, 3}, .bytes = std::string(8, '\0')};
    auto const refused_to_write = [&] { return refusal([&] { static_cast<void>(safetensors_bytes({array})); }); };
    CHECK(refused_to_write() == "safetensors: 'w' has 8 bytes, which is not what its shape takes");
    array.shape = std::vector<std::uint64_t>(33, 1);
    array.bytes.resize(4);
    CHECK(refused_to_write() == "safetensors: 'w' has 33 dimensions, and files are read with at most 32");
    array.shape.pop_back();
    CHECK(arrays_in_safetensors(safetensors_bytes({array}))[0].shape == array.shape);
}

TEST_CASE("escapes of JSON are read, surrogates too") {
    auto const name_of = [](std::string const& json) {
        return arrays_in_safetensors(
                   file_of("{\"" + json + R"(":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4))[0]
            .name;
    };
    CHECK(name_of(R"(a\"\\\/\b\f\n\r\t)") == "a\"\\/\b\f\n\r\t");
    CHECK(name_of(R"(\u0041\u00e4\u20aC)") == "A\xc3\xa4\xe2\x82\xac");
    CHECK(name_of(R"(\ud83d\ude00)") == "\xf0\x9f\x98\x80");
    for (char const* wrong : {R"(\x41)", R"(\u004)", R"(\ud83d)", R"(\ud83d\u0041)", R"(\ude00)", "\x01"}) {
        CAPTURE(wrong);
        CHECK(refusal([&] { static_cast<void>(name_of(wrong)); }).starts_with("safetensors: its header should have "));
    }
}

TEST_CASE("another file is refused in one sentence") {
    std::string const good = stored_file("kinds.safetensors");
    for (std::size_t size = 0; size < good.size(); ++size) {  // cut anywhere
        CHECK(refused(good.substr(0, size)).starts_with("safetensors: "));
    }
    CHECK(refused(good + "x") == "safetensors: behind the arrays the file has 1 bytes more");
    CHECK(refused(stored_file("two.npz")).find("this is no whole safetensors file: its header would have ") !=
          std::string::npos);

    std::string const entry = R"({"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})";
    CHECK(refused(file_of(entry, 24)) == "not refused");
    auto const with = [&](std::string const& what, std::string const& by) {
        return refused(file_of(replaced(entry, what, by), 24));
    };
    CHECK(with("[2,3]", "[2,4]") == "safetensors: 'w' is [2 x 4] of F32, which is 32 bytes, and not 24");
    CHECK(with("[0,24]", "[0,25]") == "safetensors: 'w' should be at bytes 0 to 25 of the numbers, which have 24");
    CHECK(with("[0,24]", "[24,0]").find("should be at bytes 24 to 0") != std::string::npos);
    CHECK(with("[0,24]", "[0,24,0]").find("two offsets") != std::string::npos);
    CHECK(with("[2,3]", "[18446744073709551615,18446744073709551615]").find("more entries than any file") !=
          std::string::npos);
    CHECK(with("[2,3]", "[2,-3]").find("a whole number at byte ") != std::string::npos);
    CHECK(with("[2,3]", "[2,3.0]").find("']' at byte ") != std::string::npos);
    CHECK(with("\"dtype\":\"F32\",", "").find("dtype, shape and data_offsets of 'w'") != std::string::npos);
    CHECK(with("\"dtype\":", "\"shape\":[],\"dtype\":").find("each member once") != std::string::npos);
    CHECK(with("\"dtype\"", "\"type\"").find("not 'type'") != std::string::npos);
    CHECK(refused(file_of(entry + "x", 24)).find("nothing but spaces") != std::string::npos);
    CHECK(refused(file_of(std::string(200, '['), 0)).find("'{' at byte 0, not '[[[[[[[") != std::string::npos);

    std::string const two = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                            R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})";
    CHECK(refused(file_of(two, 8)) == "not refused");
    CHECK(refused(file_of(replaced(two, "[4,8]", "[0,4]"), 8)).find("overlap or leave a hole at byte 4") !=
          std::string::npos);
    CHECK(refused(file_of(replaced(two, "[0,4]", "[4,8]"), 8)).find("overlap or leave a hole at byte 0") !=
          std::string::npos);
    CHECK(refused(file_of(replaced(two, "\"b\"", "\"a\""), 8)) == "safetensors: two arrays have the name 'a'");
    std::string many = R"({"w":{"dtype":"F32","shape":[)";
    for (int i = 0; i < 33; ++i) {
        many += "1,";
    }
    CHECK(refused(file_of(many)).find("at most 32 dimensions") != std::string::npos);
}
