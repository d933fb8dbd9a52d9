// SPDX-License-Identifier: MIT
// A step of training asks for no memory: every operator new of this program is counted, and with glibc every malloc, which Eigen calls.
//
// The replaced functions serve all tests of this executable; they allocate as usual, and count.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include "catch.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/online.hpp"
#include "incontext/streaming/regressors.hpp"
#include "incontext/streaming/streaming_context.hpp"
#include "incontext/training/initialisation.hpp"
#include "incontext/training/training.hpp"
#include "support/drawn.hpp"

namespace {

std::atomic<long> allocations{0};

}  // namespace

// g++ 12 is asked first: it has no __has_feature, and Eigen gives it one that is always 0.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#define HAS_SANITIZER (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define HAS_SANITIZER 0
#endif

#if defined(__GLIBC__) && !HAS_SANITIZER
extern "C" void* __libc_malloc(std::size_t size);  // NOLINT(bugprone-reserved-identifier): as glibc names it
extern "C" void* malloc(std::size_t size) noexcept {
    ++allocations;
    return __libc_malloc(size);
}
#define COUNTS_MALLOC 1
#else
#define COUNTS_MALLOC 0
#endif

namespace {

void* counted(std::size_t size) noexcept {
    allocations += COUNTS_MALLOC ? 0 : 1;
    return std::malloc(size == 0 ? 1 : size);
}

void* counted(std::size_t size, std::align_val_t alignment) noexcept {
    ++allocations;
    auto const multiple = static_cast<std::size_t>(alignment);
    return std::aligned_alloc(multiple, (size / multiple + 1) * multiple);
}

void* or_throw(void* memory) {
    return memory != nullptr ? memory : throw std::bad_alloc();
}

}  // namespace

// All of them, since a sanitizer brings its own of those that are missing.
void* operator new(std::size_t size) {
    return or_throw(counted(size));
}
void* operator new[](std::size_t size) {
    return or_throw(counted(size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return or_throw(counted(size, alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return or_throw(counted(size, alignment));
}
void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    return counted(size);
}
void* operator new[](std::size_t size, std::nothrow_t const&) noexcept {
    return counted(size);
}
void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
    return counted(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
    return counted(size, alignment);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::nothrow_t const&) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::nothrow_t const&) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t, std::nothrow_t const&) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t, std::nothrow_t const&) noexcept {
    std::free(memory);
}

namespace {

using namespace incontext;
using test::sizes;

using Head = LinearSelfAttention<sizes.tokens(), float, 6, 8>;
using TwoHeads = MultiHeadAttention<Head, Head>;

/// Keeps a pointer from the optimiser, which may leave out an allocation that nobody sees.
void* volatile seen;

TEST_CASE("the counter counts what is allocated, aligned or not, single or in arrays") {
    long const before = allocations;
    auto const one = std::make_unique<int>(1);
    seen = one.get();
    std::unique_ptr<char[]> const several(new char[10]);
    seen = several.get();
    auto const aligned = std::make_unique<Lanes<float, 16>>(1);
    seen = aligned.get();
    long const after = allocations;
    REQUIRE(after - before == 3);
}

#if COUNTS_MALLOC
TEST_CASE("the counter counts what Eigen allocates") {
    Eigen::MatrixXf const a = Eigen::MatrixXf::Ones(300, 300);
    long const before = allocations;
    Eigen::MatrixXf const b = a * a;
    long const after = allocations;
    REQUIRE(b(0, 0) == 300);
    REQUIRE(after - before >= 1);
}
#endif

TEST_CASE("a step of training allocates nothing, with one thread and with two") {
    for (int threads : {1, 2}) {
        CAPTURE(threads);
        Workers workers(threads);
        TwoHeads layer;
        initialise(layer, 1);
        Training<sizes, TwoHeads> training(layer, {.batch = 300}, workers);
        long const before = allocations;
        for (int step = 0; step < 3; ++step) {
            training.step();
        }
        long const after = allocations;
        REQUIRE(after - before == 0);
        REQUIRE(training.steps() == 3);
    }
}

TEST_CASE("regressors of streams allocate nothing: observed, asked, faded, saved, restored, merged") {
    auto const run = [](auto regressor) {
        using Regressor = decltype(regressor);
        auto const x = Regressor::Input::Ones().eval();
        auto const y = Regressor::Output::Ones().eval();
        auto other = regressor;
        long const before = allocations;
        bool all = regressor.observe(x, y) == Observation::observed && regressor.forget(0.5f) == Forgotten::done;
        all = all && other.restore(regressor.save()) == Restored::all && other.predict(x).allFinite();
        if constexpr (MergeableRegressor<Regressor>) {
            all = all && other.merge(regressor) == Merged::all;
        }
        REQUIRE(allocations - before == 0);
        REQUIRE(all);
    };
    run(lms<32, 4>(0.01f));
    run(rls<32, 4>(0.99f, 0.01f));
    run(ridge_memory<32, 4>(0.99f, 0.01f));
    constexpr Dimensions of_context{.input = 32, .output = 4, .context = 10};
    auto const model =
        looped<3>(as_attention(GradientStep<of_context, float>{.learning_rate = 0.01f, .initial_weights = {}}));
    run(StreamingContext<of_context, std::remove_const_t<decltype(model)>>(model));
}

TEST_CASE("an online rule allocates nothing, in any form and backwards") {
    using Rule = GatedDeltaRule<MemoryShape{.key_dim = 64, .value_dim = 32}, float>;
    constexpr std::size_t tokens = 50;
    static Rule::Example examples[tokens];
    static Rule::Example examples_[tokens];
    static Rule::Query queries[tokens];
    static Rule::Query queries_[tokens];
    static Rule::Answer answers[tokens];
    Rule::State kept[kept_states<8>(tokens)];
    for (std::size_t token = 0; token < tokens; ++token) {
        examples[token].key.setConstant(0.1f);
        examples[token].value.setConstant(0.1f);
        queries[token].setConstant(0.1f);
        queries_[token].setZero();
    }
    Rule::State state;
    Rule::State state_;
    StreamSpans<Rule> const stream{.examples = examples, .queries = queries, .kept = kept};
    long const before = allocations;
    bool all = in_sequence(Rule{}, state, examples, queries, answers) == Answered::all;
    all = all && in_chunks<64>(Rule{}, state, examples, queries, answers) == Answered::all;
    all = all && in_scan<8>(Rule{}, state, examples, queries, answers) == Answered::all;
    all = all && keep<8>(Rule{}, state, stream, answers) == Answered::all;
    all = all && pull_back<8>(Rule{}, stream, answers, state_, examples_, queries_) == Answered::all;
    all = all && pull_back_in_chunks<8>(Rule{}, stream, answers, state_, examples_, queries_) == Answered::all;
    long const after = allocations;
    REQUIRE(after - before == 0);
    REQUIRE(all);
    REQUIRE(answers[tokens - 1](0, 0) > 0);
}

}  // namespace
