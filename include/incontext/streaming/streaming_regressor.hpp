// SPDX-License-Identifier: MIT
/// @file
/// Every online rule as a regressor: the rule that is proved is the rule that runs.
///
///     observe(x, y)       example (x, y, rate, ...) -> rule.observe(state, example), if all of it stays in range
///     predict(x)          rule.read(state, x)
///     forget(factor)      the state times the factor, or as the rule says: rule.fade(state, factor)
///
/// A rule takes part by its name, which no other rule has: also not one that it derives from, whose step it may have only with its observe
/// (of a rule between the two, which has both of its own, this is not noticed). Whatever else it can say is optional, each by itself:
///
/// | member of the rule             | what for                                                | without it                  |
/// |--------------------------------|---------------------------------------------------------|-----------------------------|
/// | name                           | saved bytes say whose they are: also those template     | it is no regressor          |
/// |                                | arguments by which the same numbers answer otherwise    |                             |
/// | initial_state()                | the state before the first example                      | State{}, as in exact numbers|
/// | fade(state, factor)            | forget(factor)                                          | every number times factor   |
/// | merge(state, other)            | merge(other)                                            | merge does not compile      |
/// | divides_by_gate = true         | settings with a gate of 0 are refused                   | gates are from 0 to 1       |
/// | divides_by_square_of_key = true| from an input of 0 nothing is learned                   | examples are taken as given |
/// | step(example, square of key)   | a step that enlarges the error is shortened             | examples are taken as given |
/// | largest_stable_rate(square)    | largest_stable_learning_rate()                          | does not compile            |
/// | guard(state)                   | keeps the state where these numbers can hold it; NaN:   | the state is as observed    |
/// |                                | they cannot, and the example is refused                 |                             |
/// | readable(state)                | the rule to read with, for numbers that round           | the rule                    |
///
/// step and largest_stable_rate are static, and a rule with a step has a rate in its example; the other functions are const or static, and those
/// that change the state take a State& and return nothing. In another form they do not compile, where they can be called at all. Of the example a step reads the
/// settings, not key and value. It is from 0 on and in proportion to the rate: one above 2 is made 1 by a smaller rate. Of another
/// kind of step an example is refused whose step is then still above 2.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <limits>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "incontext/number/counted.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/recurrence/rule_beginnings.hpp"
#include "incontext/streaming/online_regressor.hpp"
#include "incontext/streaming/rule_of_regressor.hpp"
#include "incontext/streaming/saved_bytes.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

/// y of x, learned by an online rule.
///
/// It holds numbers, a mean and three counters, and no pointers: it is trivially copyable, and a copy learns on by itself. Settings: the
/// members of the rule's example other than key and value (rate, gate, ...; also those of a struct in it, whatever they are called), the same
/// for all examples; the rule's own members (penalty).
///
/// Units: the rule's. Cost: the rule's, and a copy of the state: an example is observed on a copy, which becomes the state
/// if all its numbers are in range; rules that say a step, a stable rate, or that they divide by it, take |x|^2 in key_dim multiplications,
/// those with a step those of `step`, and those with a stable rate a division for the mean. No heap.
/// In range: |number| <= `limit`, a power of two such that a sum of `input` products of two such numbers is at most 2^126 in float
/// and 2^1022 in double: 2^62 for two inputs in float, 2^61 for ten, 2^510 and 2^509 in double.
/// Guarantees, in float and double, for any sequence of calls: no number of the state is ever outside of that range, so that the
/// prediction for an x within it is finite; predictions for other x are finite, too: where the answer is not, 0 is returned.
/// Of a rule with a step (delta rules, NLMS) an example whose step would enlarge the error at its own x (step > 2; rate |x|^2 > 2 of
/// LMS) is observed at step 1, where S x = y, and counted in bounded(). So |S x - y| at the example is never larger
/// afterwards, and without noise |S - S*| never grows, whatever the inputs. Where a gate is below 1 the memory fades before the
/// step, and this holds of the memory as it has faded, gate S: fading itself takes S away from S* (leaky_lms at the rate 1.5 and the
/// gate .5, one example of 1 again and again: |S x - y| is .125 before the third and .219 after it).
/// Errors: an example outside of the range, or that would bring the state outside of it, or whose step a smaller rate does not
/// shorten, is refused and counted. Rates
/// below 0, gates outside of 0 to 1, a gate of 0 of least squares, penalties that are not above 0 or whose reciprocal is out of range,
/// settings that are not in range, and a rule whose initial_state() is not, are std::invalid_argument (or end the program without exceptions).
/// In exact numbers there is no range, no guard, and no bound: the rule and nothing else.
/// Test: tests/static/streaming_regressor.cpp (the rule's read, in exact numbers), tests/unit/streaming_regressor.cpp.
template <class Rule>
class StreamingRegressor {
    static_assert(this_rule_is_no_regressor<Rule>::value && a_regressor_is_asked_one_question_at_a_time<Rule>::value &&
                      a_regressor_has_one_status<typename Rule::Scalar>::value && require_members_of_its_own<Rule>() &&
                      require_optional_members_of_regressors<Rule>(),
                  "see the first error");
    using ExactRule = typename Rule::template with_number<Modular>;
    static_assert(saved::all_is_listed<Rule, ExactRule>() &&
                      saved::all_is_listed<typename Rule::State, typename ExactRule::State>() &&
                      saved::all_is_listed<typename Rule::Example, typename ExactRule::Example>(),
                  "see the first error");

    // The numbers that it holds: the rule's, the settings', the largest |x|^2, the state's. Beside them the mean |x|^2.
    static constexpr std::size_t numbers_of_rule = [] {
        if constexpr (is_parameter_tree<ExactRule>) {
            return saved::count_of_numbers(ExactRule{});
        } else {
            return std::size_t{0};
        }
    }();
    static constexpr std::size_t numbers_of_settings = [] {
        typename ExactRule::Example example{};
        return saved::count_of_numbers(example) - static_cast<std::size_t>(Rule::shape.key_dim + Rule::shape.value_dim);
    }();
    static constexpr std::size_t place_of_largest = numbers_of_rule + numbers_of_settings;
    static constexpr std::size_t place_of_state = place_of_largest + 1;
    static constexpr std::size_t numbers = place_of_state + saved::count_of_numbers(typename ExactRule::State{});

  public:
    using RuleOfRegressor = Rule;
    using Scalar = typename Rule::Scalar;
    using Settings = typename Rule::Example;
    using State = typename Rule::State;
    static constexpr int input = Rule::shape.key_dim;
    static constexpr int output = Rule::shape.value_dim;
    using Input = Matrix<Scalar, input, 1>;
    using Output = Matrix<Scalar, output, 1>;

    /// Whether merge(other) is there.
    static constexpr bool is_mergeable = requires(Rule const& rule, State& state, State const& other) {
        rule.merge(state, other);
    };

    /// Nothing observed yet. Of the settings, key and value are not read.
    constexpr explicit StreamingRegressor(Settings const& settings = example_to_begin_with<Rule>(),
                                          Rule const& rule = rule_to_begin_with<Rule>()) {
        write_rule(numbers_.data(), rule);
        write_settings(numbers_.data() + numbers_of_rule, settings);
        if (!settings_are_possible(numbers_)) {
            fail<std::invalid_argument>(
                "the settings of a regressor are finite: rates from 0 on, gates from 0 to 1 (above 0 for least "
                "squares), penalties above 0, neither so large nor so small that 1/penalty leaves their range");
        }
        forget();
        if (!is_state_in_range()) {
            fail<std::invalid_argument>(
                "the state that a regressor begins with is in range: what initial_state() of this rule makes of its "
                "members is not");
        }
    }

    /// Adds the example y of x.
    constexpr Observation observe(Input const& x, Output const& y) noexcept(never_throws<Scalar>) {
        require_ieee_arithmetic<Scalar>();
        if (!is_in_range(x) || !is_in_range(y)) {
            return refuse();
        }
        Settings example = settings();
        example.key = x;
        example.value = y;
        bool is_bounded = false;
        [[maybe_unused]] Scalar square(0);
        if constexpr (asks_for_square) {
            square = inner_product(x, x);
        }
        if constexpr (divides_by_square && is_guarded) {
            if (square < smallest_square) {
                see(square);
                ++count_;
                return Observation::observed;
            }
        }
        if constexpr (has_step && is_guarded) {
            Scalar const step = step_of(example, square);
            if (Scalar(2) < step) {
                is_bounded = true;
                std::array<Scalar, numbers_of_settings> all{};
                std::copy_n(numbers_.data() + numbers_of_rule, numbers_of_settings, all.data());
                example.rate = rate_of_step_one(all, square);
            }
        }
        State next = state();
        Rule const own = rule();
        own.observe(next, std::as_const(example));
        if (!keep(next)) {
            return refuse();
        }
        see(square);  // what is refused is not among the moments
        ++count_;
        bounded_ += is_bounded ? 1 : 0;
        return Observation::observed;
    }
    template <class X, class Y>
    constexpr Observation observe(X const& x, Y const& y) noexcept(never_throws<Scalar>) {
        require_place<observed_inputs, Scalar, input, 1, X>();
        require_place<observed_outputs, Scalar, output, 1, Y>();
        return observe(Input(x), Output(y));
    }

    /// Without an output, for instance: one sentence.
    template <class... Arguments>
        requires(sizeof...(Arguments) != 2)
    constexpr auto observe(Arguments const&...) { return an_example_is_an_input_and_an_output<Arguments...>(); }

    /// y of x as far as it was learned: rule.read(state, x).
    [[nodiscard]] constexpr Output predict(Input const& x) const noexcept(never_throws<Scalar>) {
        State memory{};
        saved::read_numbers<true>(numbers_.data() + place_of_state, memory);
        auto const own = rule_to_read(memory);
        Output answer = own.read(std::as_const(memory), x);
        if constexpr (has_limited_range<Scalar>) {
            if (!are_at_most(answer, std::numeric_limits<Scalar>::max())) {
                answer = zero<Scalar, output, 1>();
            }
        }
        return answer;
    }
    /// The same for an expression or another matrix of that shape; one of another shape does not compile.
    template <class X>
    [[nodiscard]] constexpr Output predict(X const& x) const noexcept(never_throws<Scalar>) {
        require_place<the_input_of_a_prediction, Scalar, input, 1, X>();
        return predict(Input(x));
    }

    /// What was learned counts `factor` times as much from now on; 0: as forget(). What that means is the rule's: the
    /// memory times the factor; of least squares, that the old examples weigh less beside the next ones. In exact numbers 0 is a factor as
    /// any other: examples go on being counted, and least squares divides by it.
    constexpr Forgotten forget(Scalar const& factor) noexcept(never_throws<Scalar>) {
        if constexpr (has_limited_range<Scalar>) {
            if (!(Scalar(0) <= factor && factor <= Scalar(1))) {
                return Forgotten::out_of_range;
            }
            if (factor == Scalar(0)) {
                forget();
                return Forgotten::done;
            }
        }
        State faded = state();
        if constexpr (requires(Rule const& own) { own.fade(faded, factor); }) {
            Rule const own = rule();
            own.fade(faded, factor);
        } else {
            for_each_parameter([&](char const*, auto& part) { part = factor * part; }, faded);
        }
        return keep(faded) ? Forgotten::done : Forgotten::out_of_range;
    }

    /// Back to nothing observed. The settings stay.
    constexpr void forget() noexcept(never_throws<Scalar>) {
        count_ = 0;
        refused_ = 0;
        bounded_ = 0;
        numbers_[place_of_largest] = Scalar(0);
        mean_ = Mean(0);
        write_state(state_to_begin_with(rule()));
    }

    /// Adds what another one observed, and its moments of |x|^2. Without forgetting, in exact arithmetic, it is as if both streams had been
    /// observed, in any order; examples that fade count as much as they do in their own stream, as if both had run side by side.
    constexpr Merged merge(StreamingRegressor const& other) noexcept(never_throws<Scalar>) {
        if constexpr (is_mergeable) {
            for (std::size_t i = 0; i < place_of_largest; ++i) {
                if (!(numbers_[i] == other.numbers_[i])) {
                    return Merged::other_settings;
                }
            }
            if (!saved::is_a_count(count_, other.count_) || !saved::is_a_count(refused_, other.refused_)) {
                return Merged::out_of_range;
            }
            State both = state();
            Rule const own = rule();
            State const observed_there = other.state();
            own.merge(both, observed_there);
            if (!keep(both)) {
                return Merged::out_of_range;
            }
            see_what_was_seen_by(other);
            count_ += other.count_;
            refused_ += other.refused_;
            bounded_ += other.bounded_;
        } else {
            static_cast<void>(this_rule_cannot_merge<Rule>{});
        }
        return Merged::all;
    }

    /// How many examples were observed.
    [[nodiscard]] constexpr long long count() const noexcept { return count_; }
    /// How many were refused: they were not finite, or would have brought the state out of range.
    [[nodiscard]] constexpr long long refused() const noexcept { return refused_; }
    /// How many of those observed were observed at a shorter step.
    [[nodiscard]] constexpr long long bounded() const noexcept { return bounded_; }

    /// The rate up to which no example observed so far would have enlarged its error: 2 / (largest |x|^2) of LMS,
    /// rounded down, and infinite where nothing was observed; 2 of NLMS, always; infinite where every rate is stable.
    ///
    /// Guaranteed for these inputs, in any order and any number of times: without noise |S - S*| never grows by a step. Of
    /// rules that fade, from gate S and not from S.
    [[nodiscard]] constexpr Scalar largest_stable_learning_rate() const noexcept requires std::floating_point<Scalar> {
        if constexpr (has_moments) {
            return Rule::largest_stable_rate(numbers_[place_of_largest]) *
                   (1 - (input + 4) * std::numeric_limits<Scalar>::epsilon());
        } else {
            static_cast<void>(this_rule_says_no_stable_rate<Rule>{});
            return Scalar(0);
        }
    }

    /// The same of the mean moments, 2 / (mean of |x|^2) of LMS: up to it gradient descent on the mean loss of the examples, and LMS
    /// in the mean on independent inputs, are stable, because the trace of their moments is at least their largest
    /// eigenvalue; it may be too small by up to the number of inputs. It says nothing about one example: the error's square can grow at
    /// rates above a third of it even where inputs are normal and independent [Feuer1985].
    [[nodiscard]] constexpr Scalar largest_learning_rate_in_the_mean()
        const noexcept requires std::floating_point<Scalar> {
        if constexpr (has_moments) {
            Scalar const mean = static_cast<Scalar>(mean_);
            return Rule::largest_stable_rate(mean) * (1 - (input + 8) * std::numeric_limits<Scalar>::epsilon());
        } else {
            static_cast<void>(this_rule_says_no_stable_rate<Rule>{});
            return Scalar(0);
        }
    }

    /// The rule with its members: a copy.
    [[nodiscard]] constexpr Rule rule() const noexcept {
        Rule result{};
        if constexpr (is_parameter_tree<Rule>) {
            saved::read_numbers(numbers_.data(), result);
        }
        return result;
    }
    /// The settings, with a key and a value of 0: a copy.
    [[nodiscard]] constexpr Settings settings() const noexcept {
        Settings result{};
        beginnings::write_what_is_unwritten<beginnings::ExampleOf, Rule>(result);
        Scalar const* from = numbers_.data() + numbers_of_rule;
        for_each_setting(result, [&](std::string_view, Scalar& number) { number = *from++; });
        return result;
    }
    /// What is remembered: a copy.
    [[nodiscard]] constexpr State state() const noexcept {
        State result{};
        saved::read_numbers(numbers_.data() + place_of_state, result);
        return result;
    }

    /// How many bytes save() writes.
    static constexpr std::size_t bytes = saved::bytes<Scalar, 4, numbers>;
    /// Everything as bytes (streaming/saved_bytes.hpp).
    [[nodiscard]] constexpr std::array<std::byte, bytes> save() const noexcept requires std::floating_point<Scalar> {
        return saved::written<Scalar, 4, numbers>(kind(), counters(), numbers_);
    }
    /// Back to what save() wrote, here or where another build rounds otherwise: the numbers are kept as they were read. Errors: whatever
    /// Restored says, nothing was changed.
    constexpr Restored restore(std::span<std::byte const> from) noexcept requires std::floating_point<Scalar> {
        std::array<std::uint64_t, 4> read_counters{};
        std::array<Scalar, numbers> read_numbers{};
        Restored const status = saved::read(from, kind(), read_counters, read_numbers);
        if (status != Restored::all) {
            return status;
        }
        for (std::size_t i = 0; i < 3; ++i) {
            if (!saved::is_a_count(read_counters[i])) {
                return Restored::out_of_range;
            }
        }
        StreamingRegressor read = *this;
        read.numbers_ = read_numbers;
        State held = read.state();  // one that the guard would change by more than a rounding is none
        bool possible =
            settings_are_possible(read_numbers) && read.keep(held) && are_alike(read.numbers_, read_numbers);
        read.forget();
        possible = possible && read.is_state_in_range();  // what the rule read begins with
        // As bits, those below 0 are the largest, and -0 is one of them: 2 / -0 is a rate below 0.
        Scalar const largest = read_numbers[place_of_largest];
        possible = possible && std::bit_cast<saved::BitsOf<Scalar>>(largest) <=
                                   std::bit_cast<saved::BitsOf<Scalar>>(Scalar(input) * limit * limit);
        // A mean is at most the largest; of no examples both are 0. No more examples were observed at a shorter step than at all.
        possible = possible && read_counters[3] <= std::bit_cast<std::uint64_t>(static_cast<double>(largest)) &&
                   (read_counters[0] != 0 || largest == 0) && read_counters[2] <= read_counters[0];
        if (!possible) {
            return Restored::out_of_range;
        }
        count_ = static_cast<long long>(read_counters[0]);
        refused_ = static_cast<long long>(read_counters[1]);
        bounded_ = static_cast<long long>(read_counters[2]);
        mean_ = std::bit_cast<double>(read_counters[3]);
        numbers_ = read_numbers;
        return Restored::all;
    }

    /// What an observation and a prediction take, counted while compiling; comparisons and copies are not counted.
    [[nodiscard]] static constexpr Operations operations_to_observe() {
        return counted_operations::of_observing(CountedRegressor::counting);
    }
    /// The same of a prediction.
    [[nodiscard]] static constexpr Operations operations_to_predict() {
        return counted_operations::of_predicting(CountedRegressor::counting);
    }

  private:
    template <class>
    friend class StreamingRegressor;
    using CountedRegressor = StreamingRegressor<typename Rule::template with_number<Counted>>;

    /// Numbers with an order: the guards act. They are counted with the rest.
    static constexpr bool is_guarded = has_limited_range<Scalar> || std::same_as<Scalar, Counted>;
    static constexpr bool has_step = optional_members::HasStep<Rule>;
    static constexpr bool divides_by_square = requires { requires Rule::divides_by_square_of_key; };
    using Mean = std::conditional_t<std::floating_point<Scalar>, double, Scalar>;
    static constexpr bool has_moments = optional_members::HasStableRate<Rule>;
    static constexpr bool asks_for_square = is_guarded && (has_step || has_moments || divides_by_square);

    static constexpr Scalar limit = [] {
        if constexpr (has_limited_range<Scalar>) {
            int terms = 0;  // 2^terms >= input
            while ((1 << terms) < input) {
                ++terms;
            }
            Scalar power(1);
            for (int i = 0; i < (std::numeric_limits<Scalar>::max_exponent - 2 - terms) / 2; ++i) {
                power *= 2;
            }
            return power;
        } else {
            return Scalar(0);
        }
    }();
    /// Of a rule that divides by |x|^2: below it x is taken for 0, from which nothing is learned.
    static constexpr Scalar smallest_square = [] {
        if constexpr (has_limited_range<Scalar>) {
            return std::numeric_limits<Scalar>::min() / std::numeric_limits<Scalar>::epsilon();
        } else {
            return Scalar(0);
        }
    }();

    static constexpr saved::Kind kind() noexcept {
        constexpr std::uint64_t hash = [] {
            Fnv1a of_structure;
            saved::add_name(of_structure, Rule::name);
            if constexpr (is_parameter_tree<ExactRule>) {
                saved::add_structure(of_structure, ExactRule{});
            }
            saved::add_structure(of_structure, typename ExactRule::Example{});
            saved::add_structure(of_structure, typename ExactRule::State{});
            return of_structure.value();
        }();
        return {hash, input, output};
    }

    template <class Example, class Parameter>
    static constexpr bool is_key_or_value(Example const& example, Parameter const& parameter) {
        void const* const here = &parameter;
        return here == &example.key || here == &example.value;
    }
    /// Whether the names tell key and value from the settings. Not of an example with a struct that has a member of such a name.
    static constexpr bool names_tell_settings = [] {
        bool all = true;
        typename ExactRule::Example const example{};
        for_each_parameter(
            [&](std::string_view name, auto const& parameter) {
                all = all && (name == "key" || name == "value") == is_key_or_value(example, parameter);
            },
            example);
        return all;
    }();

    /// Calls visit(name, number) for every number of an example that is neither of its key nor of its value. They are told by their names
    /// where that is right, and else by where they lie: g++ 12 makes of the latter an NLMS of 16 doubles that observes in 55 ns, not in 38.
    template <class Example, class Visit>
    static constexpr void for_each_setting(Example& example, Visit const& visit) {
        if constexpr (names_tell_settings) {
            for_each_parameter(
                [&]<class Parameter>(char const* name, Parameter& parameter) {
                    if (std::string_view(name) == "key" || std::string_view(name) == "value") {
                        return;
                    }
                    for_each_number(name, parameter, visit);
                },
                example);
        } else {
            for_each_parameter(
                [&]<class Parameter>(char const* name, Parameter& parameter) {
                    if (!is_key_or_value(example, parameter)) {
                        for_each_number(name, parameter, visit);
                    }
                },
                example);
        }
    }
    template <class Parameter, class Visit>
    static constexpr void for_each_number(char const* name, Parameter& parameter, Visit const& visit) {
        if constexpr (AnyMatrix<Parameter>) {
            for (int col = 0; col < cols_of<Parameter>; ++col) {
                for (int row = 0; row < rows_of<Parameter>; ++row) {
                    visit(std::string_view(name), parameter(row, col));
                }
            }
        } else {
            visit(std::string_view(name), parameter);
        }
    }

    static constexpr void write_rule([[maybe_unused]] Scalar* to, [[maybe_unused]] Rule const& rule) {
        if constexpr (is_parameter_tree<Rule>) {
            saved::write_numbers(to, rule);
        }
    }
    static constexpr void write_settings(Scalar* to, Settings settings) {
        for_each_setting(settings, [&](std::string_view, Scalar const& number) { *to++ = number; });
    }
    constexpr void write_state(State const& state) { saved::write_numbers(numbers_.data() + place_of_state, state); }

    static constexpr bool is_possible([[maybe_unused]] std::string_view name, [[maybe_unused]] Scalar const& number) {
        if constexpr (has_limited_range<Scalar>) {
            if (!(-limit <= number && number <= limit)) {
                return false;
            }
            constexpr bool divides_by_gate = requires {
                requires Rule::divides_by_gate;
            };
            if (name == "penalty") {
                return number > 0 && 1 / number <= limit;
            }
            if (name == "gate" || name == "gates") {
                return (divides_by_gate ? number > 0 : number >= 0) && number <= 1;
            }
            return name != "rate" || number >= 0;
        } else {
            return true;
        }
    }
    static constexpr bool settings_are_possible(std::array<Scalar, numbers> const& of) {
        bool all = true;
        if constexpr (has_limited_range<Scalar>) {
            Scalar const* from = of.data();
            auto const look = [&](std::string_view name, Scalar const&) { all = is_possible(name, *from++) && all; };
            if constexpr (is_parameter_tree<Rule>) {
                Rule rule{};
                for_each_parameter([&](char const* name, auto& parameter) { for_each_number(name, parameter, look); },
                                   rule);
            }
            Settings settings{};
            for_each_setting(settings, look);
        }
        return all;
    }

    template <AnyMatrix M>
    static constexpr bool are_at_most(M const& matrix, Scalar const& most) {
        Scalar copied[static_cast<std::size_t>(rows_of<M> * cols_of<M>)];
        saved::write_entries(copied, matrix);
        return saved::are_at_most(copied, static_cast<std::size_t>(rows_of<M> * cols_of<M>), most);
    }
    template <AnyMatrix M>
    static constexpr bool is_in_range([[maybe_unused]] M const& matrix) {
        if constexpr (has_limited_range<Scalar>) {
            return are_at_most(matrix, limit);
        } else {
            return true;
        }
    }

    [[nodiscard]] constexpr bool is_state_in_range() const {
        if constexpr (has_limited_range<Scalar>) {
            return saved::are_at_most(numbers_.data() + place_of_state, numbers - place_of_state, limit);
        } else {
            return true;
        }
    }

    /// The state afterwards, if it is in range.
    constexpr bool keep(State& next) noexcept(never_throws<Scalar>) {
        if constexpr (is_guarded) {
            if constexpr (requires(Rule const& own) { own.guard(next); }) {
                Rule const own = rule();
                own.guard(next);
            }
        }
        if constexpr (has_limited_range<Scalar>) {
            Scalar copied[numbers - place_of_state];
            saved::write_numbers(copied, next);
            if (!saved::are_at_most(copied, numbers - place_of_state, limit)) {
                return false;
            }
            std::copy(copied, copied + (numbers - place_of_state), numbers_.data() + place_of_state);
        } else {
            write_state(next);
        }
        return true;
    }

    /// Whether the guard left these numbers as they were read, up to what another build rounds otherwise: with fused multiplications or
    /// without a sum of `input` squares differs in its last places, and so does what a guard divides by it. A number that is not finite is
    /// never like one that was kept. Test: tests/unit/streaming_saved_bytes.cpp.
    static constexpr bool are_alike(std::array<Scalar, numbers> const& kept, std::array<Scalar, numbers> const& read) {
        constexpr Scalar tolerance = (input + 4) * std::numeric_limits<Scalar>::epsilon();
        bool all = true;
        for (std::size_t i = 0; i < numbers; ++i) {
            Scalar const change = larger(kept[i] - read[i], read[i] - kept[i]);
            all = all && change <= tolerance * larger(kept[i], -kept[i]);
        }
        return all;
    }

    /// What a rule is given to read is a constant, here as in the forms that are proved: no overload for an example or a state that may be
    /// changed is taken. Test: tests/unit/streaming_regressor.cpp.
    static constexpr Scalar step_of(Settings const& example, Scalar const& square) {
        return Rule::step(example, square);
    }

    /// The rate at which the step is 1; NaN, by which the state is refused, where the step is still above 2. A step that overflows is taken at a
    /// smaller rate: divided by infinity the rate would be 0, and nothing be learned. Not inlined, and of numbers alone: the example itself, or
    /// this regressor, given to a function would cost the examples that need none 7 ns of 19 to 27.
    [[gnu::noinline]] static constexpr Scalar rate_of_step_one(std::array<Scalar, numbers_of_settings> all,
                                                               Scalar square) noexcept {
        Settings example{};
        beginnings::write_what_is_unwritten<beginnings::ExampleOf, Rule>(example);
        std::size_t at = 0;
        for_each_setting(example, [&](std::string_view, Scalar& number) {
            if (at < all.size()) {  // always: g++ 12 warns where it cannot see that key and value are no settings
                number = all[at++];
            }
        });
        if constexpr (has_limited_range<Scalar>) {
            if (std::numeric_limits<Scalar>::max() < step_of(example, square)) {
                example.rate /= limit;
            }
        }
        example.rate = example.rate / step_of(example, square);
        if constexpr (has_limited_range<Scalar>) {
            if (!(step_of(example, square) <= Scalar(2))) {
                return std::numeric_limits<Scalar>::quiet_NaN();
            }
        }
        return example.rate;
    }

    constexpr Observation refuse() noexcept {
        ++refused_;
        return Observation::out_of_range;
    }

    constexpr auto rule_to_read([[maybe_unused]] State const& memory) const {
        Rule const own = rule();
        if constexpr (is_guarded && requires { own.readable(memory); }) {
            return own.readable(memory);
        } else {
            return own;
        }
    }

    /// The largest |x|^2, and the mean: m <- m + (|x|^2 - m) / n, which cannot overflow. In double: of float the change is less than a
    /// rounding of m after some 10^7 examples, and m would stay where it is. Test: tests/unit/streaming_regressor.cpp (4 10^7).
    constexpr void see([[maybe_unused]] Scalar const& square) {
        if constexpr (has_moments && is_guarded) {
            Scalar& largest = numbers_[place_of_largest];
            largest = larger(largest, square);
            mean_ += (static_cast<Mean>(square) - mean_) / static_cast<Mean>(count_ + 1);
        }
    }

    /// The moments of both: (n m + n' m') / (n + n'), written so that it cannot overflow, and not above the largest by a rounding, which
    /// restore would refuse.
    constexpr void see_what_was_seen_by([[maybe_unused]] StreamingRegressor const& other) {
        if constexpr (has_moments && is_guarded) {
            if (other.count_ > 0) {
                Scalar& largest = numbers_[place_of_largest];
                largest = larger(largest, other.numbers_[place_of_largest]);
                Mean const part = static_cast<Mean>(other.count_) / static_cast<Mean>(count_ + other.count_);
                mean_ = smaller(mean_ + part * (other.mean_ - mean_), static_cast<Mean>(largest));
            }
        }
    }

    constexpr std::array<std::uint64_t, 4> counters() const {
        return {static_cast<std::uint64_t>(count_), static_cast<std::uint64_t>(refused_),
                static_cast<std::uint64_t>(bounded_), std::bit_cast<std::uint64_t>(mean_)};
    }

    /// One whose every number reports to a tally.
    static constexpr StreamingRegressor counting(Operations& tally) {
        StreamingRegressor result;
        for (Scalar& number : result.numbers_) {
            number = Scalar(tally);
        }
        result.mean_ = Scalar(tally);
        return result;
    }

    long long count_ = 0;
    long long refused_ = 0;
    long long bounded_ = 0;
    Mean mean_ = Mean(0);  // of |x|^2
    std::array<Scalar, numbers> numbers_{};
};

}  // namespace incontext
