// SPDX-License-Identifier: MIT
// Vectors for kernel writers: online rules on small problems, exactly. Is a kernel's answer right, and if not, which mistake is it?
//
//   drawn       a problem of small fractions: keys, values, queries, gates, rates, a state to begin with
//   computed    the library's own rule, in fractions of any size; its derivatives
//   rounded     to the nearest f64, f32, f16 and bf16, each with the error that the definition may have in that format
//   look for    "right", "within tolerance", "cannot tell", or "matches the rule with decay applied after the error"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/options.hpp"
#include "conformance/vector.hpp"
#include "incontext/io/npz.hpp"
#include "tools/output_directory.hpp"
#include "tools/parts.hpp"
#include "tools/program.hpp"
#include "tools/text_file.hpp"

namespace {

using namespace conformance;
using namespace tools;

/// Of a check that found no difference, and of numbers whose tolerance says nothing.
constexpr int exit_code_of_cannot_tell = 3;

struct Options {
    Recipe recipe{};
    std::string out = "out/conformance";
    bool set = false;
    bool c_header = false;
    bool mistakes = false;
    std::string check{};
    std::string answers{};
    std::string number{};
    bool quiet = false;
    bool cannot_tell = false;
};

std::vector<std::string> list_of(std::string const& option, std::string const& text, std::optional<int> greatest) {
    auto texts = tools::parts_of(text, ',');
    for (std::string const& part : texts) {
        Exact number;
        try {
            number = Exact::of_text(part);
            static_cast<void>(Exact::of_text(number.text()));  // as the file will have it, and --check will read it
        } catch (std::invalid_argument const& error) {
            throw UsageError(option + " expects fractions with commas between them, as 0,1,1/2: " + error.what());
        }
        if (number.sign() < 0 || (greatest && (Exact(*greatest) - number).sign() < 0)) {
            throw UsageError(option + " expects numbers from 0 " +
                             (greatest ? "to " + std::to_string(*greatest) : "on") + ", not '" + part + "'");
        }
        if ((Exact::of_double(std::numeric_limits<double>::max()) - number).sign() < 0) {
            throw UsageError(option + " expects numbers that f64 holds, not '" + part + "'");
        }
    }
    return texts;
}

/// A name of files, which may not lead out of their directory, and of constants in C.
void require_name(std::string const& name, bool is_in_c) {
    std::string const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    std::string const digits = "0123456789";
    bool const is_name = name.find_first_not_of(letters + digits + "-.") == std::string::npos && !name.starts_with('.');
    if (!is_name) {
        throw UsageError("--name expects letters, digits, '_', '-' and '.', and not '.' first: '" + name + "'");
    }
    if (name == "run" || name.starts_with("checkpoint")) {
        throw UsageError("--name '" + name + "' is that of a file of every program: choose another one");
    }
    if (is_in_c &&
        (name.find_first_not_of(letters + digits) != std::string::npos || digits.find(name[0]) != std::string::npos)) {
        throw UsageError("--name with --c-header is a name in C as well, of letters, digits and '_': '" + name + "'");
    }
}

/// Options of a problem that is drawn, where another one is asked for.
void require_none_of_a_recipe(CLI::App const& app, std::string const& instead) {
    reproduce::require_none_of(
        app,
        {"--rule", "--key-dim", "--value-dim", "--queries", "--tokens", "--chunk", "--initial-state", "--gradients",
         "--gates", "--betas", "--keys", "--exponent", "--seed", "--name"},
        instead);
}

/// How much a check of these answers can tell, for each format.
std::string share_that_is_told(Vector const& vector) {
    std::string text;
    for (std::size_t format = 0; format < formats.size(); ++format) {
        std::size_t numbers = 0;
        std::size_t of_them = 0;
        for (Answer const& answer : vector.answers) {
            std::vector<bool> const is_told = told(answer, format);
            numbers += is_told.size();
            of_them += static_cast<std::size_t>(std::count(is_told.begin(), is_told.end(), true));
        }
        text += (format == 0 ? "" : ", ") + std::to_string(of_them) + " of " + std::to_string(numbers) + " in " +
                formats[format].name;
    }
    return text;
}

void write(Options const& options) {
    std::vector<Recipe> const recipes = options.set ? committed_recipes() : std::vector<Recipe>{options.recipe};
    for (Recipe const& recipe : recipes) {  // before a directory is created
        try {
            static_cast<void>(model_of(recipe.rule, recipe.sizes));
        } catch (std::runtime_error const& error) {  // what is wrong is the command line here, and no file
            throw UsageError(error.what());
        }
    }
    OutputDirectory const directory(options.out, "conformance");
    for (Recipe recipe : recipes) {
        recipe.name = recipe.name.empty() ? recipe.rule : recipe.name;
        Vector const vector = computed(recipe);
        directory.write(recipe.name + ".npz", npz_of(vector));
        directory.write(recipe.name + ".json", json_of(vector));
        if (options.mistakes) {
            for (Mistake const& mistake : model_of(recipe.rule, recipe.sizes).mistakes()) {
                Answers answers;
                try {
                    answers = mistake.answers(vector.given, recipe.chunk);
                } catch (std::domain_error const&) {
                    continue;  // it divides by a gate of 0
                }
                std::string const file = recipe.name + "." + mistake.name + ".npz";
                directory.write(file, npz_of_answers(answers, f32));
                if (!options.quiet) {
                    std::printf("%s: %s\n", file.c_str(), mistake.sentence.c_str());
                    check_standard_output();  // beside its file, also where an interruption ends the program
                }
            }
        }
        if (options.c_header || (options.set && recipe.name == "gated_delta")) {
            directory.write(recipe.name + ".h", c_header_of(vector));
        }
        if (!options.quiet && !options.set && !options.mistakes) {
            std::printf("%s: %s\n", recipe.rule.c_str(), model_of(recipe.rule, recipe.sizes).formula.c_str());
            for (Answer const& answer : vector.answers) {
                std::printf("\n%-20s nearest f64 and tolerance", answer.exact.name.c_str());
                for (std::size_t format = 0; format < formats.size(); ++format) {
                    std::printf(" %9s", formats[format].name);
                }
                std::printf("\n");
                for (std::size_t i = 0; i < std::min<std::size_t>(answer.exact.entries.size(), 4); ++i) {
                    std::printf("    %-24.17g              ", answer.nearest[0][i]);
                    for (std::size_t format = 0; format < formats.size(); ++format) {
                        std::printf(" %9.2e", answer.tolerance[format][i]);
                    }
                    std::printf("\n");
                }
            }
            std::printf(
                "\nA check can tell: %s. Elsewhere the tolerance is above 1/16 of the largest answer; fewer tokens, "
                "smaller "
                "--betas or bounded keys help.\n\n",
                share_that_is_told(vector).c_str());
        }
    }
    if (!options.quiet) {
        std::printf("%zu %s in %s\n", recipes.size(), recipes.size() == 1 ? "vector" : "vectors", options.out.c_str());
    }
}

// ------------------------------------------------------------------------------------------------------- checking ----

/// Someone's array beside the vector's.
struct Compared {
    Answer const* answer;
    std::vector<double> numbers;
};

std::string shape_text(std::vector<int> const& shape) {
    std::string text = "[";
    for (int const extent : shape) {
        text += (text.size() > 1 ? " x " : "") + std::to_string(extent);
    }
    return text + "]";
}

std::vector<Compared> arrays_of(Options const& options, Vector const& vector, std::size_t& format) {
    auto const refuse = [&](std::string const& sentence) {
        throw std::runtime_error("'" + options.answers + "': " + sentence);
    };
    std::string const bytes = text_of_file(options.answers);
    std::vector<incontext::StoredArray> arrays;
    try {
        if (bytes.starts_with("PK")) {
            arrays = incontext::arrays_in_npz(bytes);
        } else {
            arrays.push_back(incontext::array_in_npy(bytes, "output"));
        }
    } catch (incontext::WeightsError const& error) {
        refuse(error.what());
    }
    if (arrays.empty()) {
        refuse("there are no arrays in it");
    }
    std::vector<Compared> result;
    for (incontext::StoredArray const& array : arrays) {
        auto const answer = std::find_if(vector.answers.begin(), vector.answers.end(),
                                         [&](Answer const& candidate) { return candidate.exact.name == array.name; });
        if (answer == vector.answers.end()) {
            std::string names;
            for (Answer const& other : vector.answers) {
                names += (names.empty() ? "" : ", ") + other.exact.name;
            }
            refuse("'" + array.name + "' is no answer of this vector, but " + names);
        }
        // Axes of one element, as batch and head, may stand anywhere; other extents have their order.
        auto const without_ones = [](auto const& shape) {
            std::vector<int> extents;
            for (auto const extent : shape) {
                if (extent != 1) {
                    extents.push_back(
                        static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(extent), 1u << 30)));
                }
            }
            return extents;
        };
        auto const expected = without_ones(answer->exact.shape);
        auto const given = without_ones(array.shape);
        if (given != expected) {
            bool const is_transposed =
                given.size() == 2 && expected.size() == 2 && given[0] == expected[1] && given[1] == expected[0];
            refuse("'" + array.name + "' is " + shape_text(given) + ", and " + shape_text(expected) + " belongs there" +
                   (is_transposed ? ": it is the transpose, keys should be rows" : ""));
        }
        std::size_t of_array = formats.size();
        for (std::size_t i = 0; i < formats.size(); ++i) {
            if (options.number == formats[i].name) {
                of_array = i;
            }
        }
        if (options.number.empty()) {
            of_array = array.number == incontext::StoredNumber::f64   ? 0
                       : array.number == incontext::StoredNumber::f32 ? 1
                       : array.number == incontext::StoredNumber::f16 ? 2
                                                                      : of_array;
        }
        try {
            result.push_back({.answer = &*answer, .numbers = incontext::numbers_of(array)});
        } catch (incontext::WeightsError const& error) {
            refuse(error.what());
        }
        // Two kinds in one file: the shorter one counts for all.
        format = std::max(format, of_array);
    }
    return result;
}

bool is_near(double number, double expected, double tolerance) {
    if (std::isinf(tolerance)) {
        return true;  // the format may overflow: nothing is claimed
    }
    if (!std::isfinite(number) || !std::isfinite(expected)) {
        return false;
    }
    Exact const distance = (Exact::of_double(number) - Exact::of_double(expected)).magnitude();
    return (Exact::of_double(tolerance) - distance).sign() >= 0;
}

/// "token 1, query 0, value 1" of an entry.
std::string place_of(Tensor const& tensor, std::size_t at) {
    std::vector<std::size_t> index(tensor.shape.size());
    for (std::size_t axis = tensor.shape.size(); axis-- > 0;) {
        index[axis] = at % static_cast<std::size_t>(tensor.shape[axis]);
        at /= static_cast<std::size_t>(tensor.shape[axis]);
    }
    bool const is_of_token =
        tensor.name == "output" || (tensor.name.starts_with("grad_") && !tensor.name.starts_with("grad_past_"));
    std::string text;
    for (std::size_t axis = 0; axis < index.size(); ++axis) {
        text += axis == 0   ? (is_of_token ? "token " : "entry [")
                : axis == 1 ? (is_of_token ? ", entry [" : ", ")
                            : ", ";
        text += std::to_string(index[axis]);
    }
    return text + (is_of_token && index.size() < 2 ? "" : "]");
}

/// The mistakes whose answers these are: every number that can be told is the mistake's, and at one of them neither the number nor
/// the mistake's own is the right one.
std::vector<std::string> mistakes_like(Vector const& vector, std::vector<Compared> const& compared,
                                       std::size_t format) {
    std::vector<std::string> found;
    for (Mistake const& mistake : model_of(vector.recipe.rule, vector.recipe.sizes).mistakes()) {
        Answers answers;
        try {
            answers = mistake.answers(vector.given, vector.recipe.chunk);
        } catch (std::domain_error const&) {
            continue;  // it divides by a gate of 0
        }
        bool matches = true;
        bool is_distinguished = false;
        for (Compared const& array : compared) {
            auto const other = std::find_if(answers.begin(), answers.end(), [&](Tensor const& tensor) {
                return tensor.name == array.answer->exact.name;
            });
            if (other == answers.end()) {
                continue;
            }
            std::vector<bool> const is_told = told(*array.answer, format);
            std::vector<double> const scales = scales_of(array.answer->exact);
            std::vector<double> const scales_of_mistake = scales_of(*other);
            for (std::size_t i = 0; i < other->entries.size(); ++i) {
                double const expected = number_of_bits(other->entries[i].rounded(formats[format]), formats[format]);
                bool const both_overflow = std::isinf(expected) && expected == array.numbers[i];
                if (!is_told[i]) {
                    continue;
                }
                double const of_right = array.answer->tolerance[format][i];
                // The mistake has another size and so other roundings, which are no more than in this proportion.
                double const of_mistake =
                    2 * of_right * (scales[i] > 0 ? std::max(1.0, scales_of_mistake[i] / scales[i]) : 1.0);
                matches = matches && (both_overflow || is_near(array.numbers[i], expected, of_mistake));
                // The mistake's number too: with a beta of 1 the rule with a beta of 1 is right.
                double const right = array.answer->nearest[format][i];
                is_distinguished = is_distinguished ||
                                   (!is_near(array.numbers[i], right, of_right) && !is_near(expected, right, of_right));
            }
        }
        if (matches && is_distinguished) {
            found.push_back(mistake.sentence);
        }
    }
    return found;
}

/// What was compared of one array.
struct Count {
    std::string name;
    std::size_t told = 0;
    std::size_t numbers = 0;
};

/// "output: 40 of 64; present_state is not in the file".
std::string text_of(std::vector<Count> const& counts, Vector const& vector) {
    std::string text;
    for (Count const& count : counts) {
        text += (text.empty() ? "" : "; ") + count.name + ": " + std::to_string(count.told) + " of " +
                std::to_string(count.numbers) + " told";
    }
    for (Answer const& answer : vector.answers) {
        if (std::none_of(counts.begin(), counts.end(),
                         [&](Count const& count) { return count.name == answer.exact.name; })) {
            text += "; " + answer.exact.name + " is not in the file";
        }
    }
    return text;
}

/// Returns false where it cannot be told.
bool check(Options const& options) {
    if (options.answers.empty()) {
        throw UsageError("a file of answers is missing: conformance --check VECTOR.npz ANSWERS.npz");
    }
    std::filesystem::path file = options.check;
    if (std::filesystem::is_directory(file)) {
        file /= std::filesystem::path(options.answers).stem().string() + ".npz";
    }
    Vector const vector = vector_in(file.string());
    std::size_t format = 0;
    std::vector<Compared> const compared = arrays_of(options, vector, format);
    if (format >= formats.size()) {
        throw std::runtime_error(
            "'" + options.answers +
            "': its numbers are none of f64, f32 and f16; is it --number bf16, in arrays of float32?");
    }
    bool is_right = true;
    double largest = 0;  // error, in tolerances
    std::size_t count = 0;
    std::size_t told_count = 0;
    std::vector<Count> counts;
    std::string first_untold;
    for (Compared const& array : compared) {
        Answer const& answer = *array.answer;
        std::vector<bool> const is_told = told(answer, format);
        std::vector<double> const scales = scales_of(answer.exact);
        Count of_array{.name = answer.exact.name, .numbers = array.numbers.size()};
        for (std::size_t i = 0; i < array.numbers.size(); ++i, ++count) {
            double const number = array.numbers[i];
            double const expected = answer.nearest[format][i];
            double const tolerance = answer.tolerance[format][i];
            bool const is_nearest = number == expected;
            is_right = is_right && is_nearest;
            if (!is_near(number, expected, tolerance)) {
                char numbers[160];
                std::snprintf(numbers, sizeof numbers, "%.9g in place of %.9g, and %.2g is within rounding", number,
                              expected, tolerance);
                std::string sentence = "'" + options.answers + "': " + answer.exact.name + " differs first at " +
                                       place_of(answer.exact, i) + ": " + numbers + " of " + formats[format].name;
                std::vector<std::string> const mistakes = mistakes_like(vector, compared, format);
                for (std::size_t m = 0; m < mistakes.size(); ++m) {
                    sentence += (m == 0 ? "; it matches " : ", or ") + mistakes[m];
                }
                sentence += mistakes.size() > 1 ? ": these numbers do not tell them apart" : "";
                throw std::runtime_error(sentence +
                                         (mistakes.empty() ? "; it is none of the mistakes that are known" : ""));
            }
            if (is_nearest || is_told[i]) {
                ++of_array.told;
                ++told_count;
            } else if (first_untold.empty()) {
                char numbers[120];
                std::snprintf(numbers, sizeof numbers, "the tolerance is %.2g where the largest answer is %.2g",
                              tolerance, scales[i]);
                first_untold = answer.exact.name + ", " + place_of(answer.exact, i) + ": " + numbers;
            }
            if (!is_nearest && std::isfinite(tolerance) && tolerance > 0) {
                largest = std::max(largest, std::fabs(number - expected) / tolerance);
            }
        }
        counts.push_back(of_array);
    }
    std::string const of_arrays = text_of(counts, vector);
    bool const is_told = is_right || told_count == count;
    if (options.quiet) {
        return is_told;
    }
    if (is_right) {
        std::printf("right: %zu numbers are the nearest of %s (%s)\n", count, formats[format].name, of_arrays.c_str());
    } else if (!is_told) {
        std::printf("cannot tell: of %zu numbers of %s only %zu have a tolerance that says anything (%s); first %s\n",
                    count, formats[format].name, told_count, of_arrays.c_str(), first_untold.c_str());
    } else {
        std::printf("within tolerance: %zu numbers of %s, the largest error is %.2f of what rounding explains (%s)\n",
                    count, formats[format].name, largest, of_arrays.c_str());
    }
    return is_told;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    options.recipe.keys = Keys::bounded;
    CLI::App const* command_line = nullptr;
    int const exit_code = run_program(
        argc, argv,
        "Writes test vectors of online rules that are exact, and says of a kernel's answers whether they are right.",
        [&](CLI::App& app) {
            command_line = &app;
            Recipe& recipe = options.recipe;
            auto const text = [&](char const* name, std::string& value, std::string const& help, char const* kind) {
                reproduce::add_text(app, name, [&value](std::string const& given) { value = given; }, help,
                                    {.value = kind, .by_default = value});
            };
            using reproduce::add_flag;
            using reproduce::add_whole_number;
            text("answers", options.answers, "with --check: .npz of output, present_state, ..., or .npy of output",
                 "FILE");
            text("--check", options.check, "a vector's .npz, or a directory that has one of the name of the answers",
                 "VECTOR");
            reproduce::add_text(app, "--number",
                                [&](std::string const& given) {
                                    if (std::none_of(formats.begin(), formats.end(),
                                                     [&](Format const& format) { return given == format.name; })) {
                                        throw UsageError("--number expects f64, f32, f16 or bf16, not '" + given + "'");
                                    }
                                    options.number = given;
                                },
                                "with --check: what the kernel computes in; that of the file where it is not given",
                                {.value = "FORMAT", .by_default = ""});
            text("--rule", recipe.rule, names_of_rules(), "RULE");
            add_whole_number(app, "--key-dim", recipe.sizes.key_dim, {1, 99}, "channels of keys and queries");
            add_whole_number(app, "--value-dim", recipe.sizes.value_dim, {1, 99}, "channels of values");
            add_whole_number(app, "--queries", recipe.sizes.queries, {1, 99},
                             "query heads that share a key and value head");
            add_whole_number(app, "--tokens", recipe.tokens, {1, 10'000}, "tokens");
            add_whole_number(app, "--chunk", recipe.chunk, {1, 10'000},
                             "tokens of a chunk, in mistakes with chunks; of a mini-batch");
            add_flag(app, "--initial-state", recipe.initial_state, "draw past_state; without it, it is 0");
            add_flag(app, "--gradients", recipe.gradients,
                     "derivatives, too, of drawn grad_output and grad_present_...");
            reproduce::add_text(app, "--gates",
                                [&](std::string const& given) { recipe.gates = list_of("--gates", given, 1); },
                                "fractions from 0 to 1, which the gates take in turn",
                                {.value = "LIST", .by_default = "1/2,3/4,1,7/8"});
            reproduce::add_text(
                app, "--betas", [&](std::string const& given) { recipe.betas = list_of("--betas", given, {}); },
                "fractions from 0 on, which the rates take in turn", {.value = "LIST", .by_default = "1/2,1,2,0,1/4"});
            reproduce::add_text(
                app, "--keys",
                [&](std::string const& given) {
                    if (given != "bounded" && given != "drawn" && given != "correlated") {
                        throw UsageError("--keys expects bounded, drawn or correlated, not '" + given + "'");
                    }
                    recipe.keys = given == "bounded" ? Keys::bounded
                                  : given == "drawn" ? Keys::drawn
                                                     : Keys::correlated;
                },
                "bounded: |k|^2 at most 1; drawn: of any length; correlated: all near one direction",
                {.value = "KEYS", .by_default = "bounded"});
            add_whole_number(app, "--exponent", recipe.exponent, {-60, 60},
                             "values and state are multiplied by this power of 2");
            add_whole_number(app, "--seed", recipe.seed, {0, 1'000'000}, "of what is drawn");
            text("--name", recipe.name, "of the files; the rule's where it is not given", "NAME");
            add_flag(app, "--c-header", options.c_header, "write NAME.h as well");
            add_flag(app, "--mistakes", options.mistakes,
                     "write NAME.MISTAKE.npz as well: what each mistake answers, in f32");
            add_flag(app, "--set", options.set, "write the whole set of tests/vectors");
            text("--out", options.out, "directory of the vectors, created where absent", "DIRECTORY");
            add_flag(app, "--quiet", options.quiet,
                     "no summary, and no verdict of --check, which the exit code says; errors stay");
        },
        [&] {
            if (!options.check.empty()) {
                require_none_of_a_recipe(*command_line, "--check reads the problem of its vector");
                reproduce::require_none_of(*command_line, {"--set", "--c-header", "--mistakes", "--out"},
                                           "--check writes nothing");
                options.cannot_tell = !check(options);
            } else if (!options.answers.empty()) {
                throw UsageError("--check VECTOR is missing: of which vector are these the answers?");
            } else {
                if (options.set) {
                    require_none_of_a_recipe(*command_line, "--set writes problems of its own");
                }
                if (!options.number.empty()) {
                    throw UsageError("--number is of --check; a vector is written in every format");
                }
                if (!options.recipe.name.empty()) {
                    require_name(options.recipe.name, options.c_header);
                }
                write(options);
            }
        });
    return exit_code == 0 && options.cannot_tell ? exit_code_of_cannot_tell : exit_code;
}
