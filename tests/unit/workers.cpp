// SPDX-License-Identifier: MIT
// A team of threads does every chunk once, whatever its size, again and again, and hands on what goes wrong.
// Catch2 is not told anything from inside a chunk: the threads only write, the test checks afterwards.
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "incontext/support/workers.hpp"

namespace {

using incontext::Workers;

/// How often each chunk was done.
std::vector<int> counts_of(Workers& workers, int chunks) {
    std::vector<std::atomic<int>> done(static_cast<std::size_t>(chunks));
    workers.for_each_chunk(chunks, [&](int chunk) { ++done.at(static_cast<std::size_t>(chunk)); });
    return {done.begin(), done.end()};
}

TEST_CASE("every chunk is done once, by one to four threads") {
    for (int threads = 1; threads <= 4; ++threads) {
        Workers workers(threads);
        REQUIRE(workers.threads() == threads);
        for (int chunks : {0, 1, 3, 16, 500}) {
            CAPTURE(threads, chunks);
            REQUIRE(counts_of(workers, chunks) == std::vector<int>(static_cast<std::size_t>(chunks), 1));
        }
    }
}

TEST_CASE("a team is used many times, with other work and other numbers of chunks") {
    for (int threads : {1, 2, 4}) {
        Workers workers(threads);
        int wrong_rounds = 0;
        for (int round = 0; round < 2000; ++round) {
            int const chunks = round % 7;
            std::vector<int> results(7, -1);  // plain numbers: what a chunk wrote is seen after the round
            workers.for_each_chunk(chunks,
                                   [&](int chunk) { results[static_cast<std::size_t>(chunk)] = round * chunk; });
            for (int chunk = 0; chunk < 7; ++chunk) {
                wrong_rounds += results[static_cast<std::size_t>(chunk)] != (chunk < chunks ? round * chunk : -1);
            }
        }
        REQUIRE(wrong_rounds == 0);
    }
}

TEST_CASE("a team that fell asleep is woken, and so is a caller") {
    auto const longer_than_it_looks = std::chrono::milliseconds(2);
    Workers workers(2);
    for (int round = 0; round < 20; ++round) {
        std::this_thread::sleep_for(longer_than_it_looks);
        std::vector<std::thread::id> who(2);
        std::atomic<int> arrived{0};
        auto const caller = std::this_thread::get_id();
        workers.for_each_chunk(2, [&](int chunk) {
            who.at(static_cast<std::size_t>(chunk)) = std::this_thread::get_id();
            for (++arrived; arrived < 2;) {  // so that each thread has one chunk
                std::this_thread::yield();
            }
            if (std::this_thread::get_id() != caller) {
                std::this_thread::sleep_for(longer_than_it_looks);
            }
        });
        REQUIRE(who[0] != who[1]);
    }
}

TEST_CASE("as many threads as were asked for work at the same time, the calling one among them") {
    for (int threads = 1; threads <= 4; ++threads) {
        CAPTURE(threads);
        Workers workers(threads);
        std::atomic<int> arrived{0};
        std::atomic<bool> all_met{true};
        std::mutex mutex;
        std::set<std::thread::id> who;
        // Every chunk waits for all others, so none can end unless each has a thread of its own. A missing thread ends
        // the wait, late, as a failure.
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        workers.for_each_chunk(threads, [&](int) {
            ++arrived;
            while (arrived < threads && std::chrono::steady_clock::now() < deadline) {
                std::this_thread::yield();
            }
            all_met = all_met && arrived == threads;
            std::scoped_lock const lock(mutex);
            who.insert(std::this_thread::get_id());
        });
        REQUIRE(all_met);
        REQUIRE(static_cast<int>(who.size()) == threads);
        REQUIRE(who.count(std::this_thread::get_id()) == 1);
    }
}

TEST_CASE("an exception of a chunk reaches the caller, and the team works on") {
    for (int threads = 1; threads <= 4; ++threads) {
        CAPTURE(threads);
        Workers workers(threads);
        std::string caught;
        try {
            workers.for_each_chunk(20, [](int chunk) {
                if (chunk == 13) {
                    throw std::runtime_error("chunk 13 failed");
                }
            });
        } catch (std::runtime_error const& error) {
            caught = error.what();
        }
        REQUIRE(caught == "chunk 13 failed");
        REQUIRE(counts_of(workers, 5) == std::vector<int>(5, 1));  // and the exception does not come twice
    }
}

TEST_CASE("of many exceptions one reaches the caller, after the other threads have ended") {
    for (int threads = 2; threads <= 4; ++threads) {
        CAPTURE(threads);
        Workers workers(threads);
        std::atomic<int> ended{0};
        REQUIRE_THROWS_AS(workers.for_each_chunk(20,
                                                 [&](int chunk) {
                                                     ++ended;
                                                     throw std::out_of_range(std::to_string(chunk));
                                                 }),
                          std::out_of_range);
        REQUIRE(ended == 20);
    }
}

TEST_CASE("the work may be a function, a constant or something that changes") {
    struct Counter {
        int calls = 0;
        void operator()(int) { ++calls; }
    };
    for (int threads : {1, 2}) {
        Workers workers(threads);
        static std::atomic<int> sum;
        sum = 0;
        void (*const function)(int) = [](int chunk) { sum += chunk; };
        workers.for_each_chunk(10, function);
        auto const constant = [&](int chunk) { sum += chunk; };
        workers.for_each_chunk(10, constant);
        REQUIRE(sum == 45 + 45);
    }
    Workers alone(1);
    Counter counter;
    alone.for_each_chunk(3, counter);
    REQUIRE(counter.calls == 3);
}

// What belongs to a round that is under way must survive whatever else the same team is asked for meanwhile.
std::vector<int> nested_counts(Workers& outer, Workers& inner, int depth) {
    constexpr int chunks = 3;
    int size = 1;
    for (int level = 0; level < depth; ++level) {
        size *= chunks;
    }
    std::vector<int> done(static_cast<std::size_t>(size), 0);  // each counted by one chunk alone
    auto const descend = [&](auto const& self, int first, int level) -> void {
        if (level == depth) {
            ++done[static_cast<std::size_t>(first)];
            return;
        }
        (level % 2 == 0 ? outer : inner).for_each_chunk(chunks, [&](int chunk) {
            self(self, first * chunks + chunk, level + 1);
        });
    };
    descend(descend, 0, 0);
    return done;
}

TEST_CASE("a chunk may ask its own team, and a chunk of another team that of the first") {
    for (int threads = 1; threads <= 4; ++threads) {
        CAPTURE(threads);
        Workers workers(threads);
        Workers others(2);
        for (int round = 0; round < 50; ++round) {
            REQUIRE(nested_counts(workers, workers, 3) == std::vector<int>(27, 1));
            REQUIRE(nested_counts(workers, others, 4) == std::vector<int>(81, 1));
        }
    }
}

TEST_CASE("several threads may ask one team at the same time") {
    constexpr int callers = 4;
    for (int threads = 1; threads <= 3; ++threads) {
        CAPTURE(threads);
        Workers workers(threads);
        std::atomic<int> wrong_rounds{0};
        std::vector<std::thread> team;
        for (int caller = 0; caller < callers; ++caller) {
            team.emplace_back([&, caller] {
                for (int round = 0; round < 300; ++round) {
                    std::vector<int> results(5, -1);
                    workers.for_each_chunk(
                        5, [&](int chunk) { results[static_cast<std::size_t>(chunk)] = 100 * caller + chunk; });
                    for (int chunk = 0; chunk < 5; ++chunk) {
                        wrong_rounds += results[static_cast<std::size_t>(chunk)] != 100 * caller + chunk;
                    }
                }
            });
        }
        for (std::thread& one : team) {
            one.join();
        }
        REQUIRE(wrong_rounds == 0);
    }
}

TEST_CASE("of several callers each gets the exception of its own chunks alone") {
    Workers workers(2);
    std::atomic<int> wrong{0};
    auto const ask = [&](std::string const& own) {
        for (int round = 0; round < 300; ++round) {
            std::string caught;
            try {
                workers.for_each_chunk(4, [&](int chunk) {
                    if (chunk == 2 && !own.empty()) {
                        throw std::runtime_error(own);
                    }
                });
            } catch (std::runtime_error const& error) {
                caught = error.what();
            }
            wrong += caught != own;
        }
    };
    std::thread first(ask, "the first");
    std::thread second(ask, "");
    ask("the third");
    first.join();
    second.join();
    REQUIRE(wrong == 0);
}

TEST_CASE("a team needs at least one thread") {
    REQUIRE_THROWS_AS(Workers(0), std::invalid_argument);
    REQUIRE_THROWS_AS(Workers(-3), std::invalid_argument);
}

TEST_CASE("a team that never had work ends") {
    for (int i = 0; i < 50; ++i) {
        Workers const workers(3);
        REQUIRE(workers.threads() == 3);
    }
}

}  // namespace
