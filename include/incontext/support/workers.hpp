// SPDX-License-Identifier: MIT
/// @file
/// A fixed team of threads that works through numbered chunks.
///
/// Results are made deterministic by the caller's discipline, not by scheduling: the number of chunks does not depend on
/// the number of threads, each chunk writes to a place of its own, and the places are summed in order afterwards.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "incontext/support/version.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// Threads that wait for work without being created anew; the calling thread is one of them.
///
/// It may be asked from several threads at once, and from inside a chunk: one caller has the team, and every other does all
/// of its chunks itself, in its own thread. So nobody waits for a team that waits for him, and nobody's work is mixed with
/// another's.
///
/// Cost: two hand-overs per run, less than 1 us together while the team is awake, as it is for some 50 us after each run, and two
/// wake-ups after a longer pause; no heap allocation after construction. Errors: fewer than one thread throws
/// std::invalid_argument, a thread that cannot be started std::system_error; the first exception of a chunk is rethrown by
/// for_each_chunk: with several threads after all chunks have ended, by a caller that does all of its chunks itself at once,
/// without those that would follow. Test: tests/unit/workers.cpp, under the thread sanitizer too.
class Workers {
  public:
    explicit Workers(int threads = 1) {
        if (threads < 1) {
            fail<std::invalid_argument>("incontext::Workers: at least one thread is needed");
        }
        struct StopsUnlessComplete {  // where a thread cannot be started, those that did start must not wait for ever
            Workers* workers;
            ~StopsUnlessComplete() {
                if (workers != nullptr) {
                    workers->stop();
                }
            }
        } starting{this};
        for (int i = 1; i < threads; ++i) {
            team_.emplace_back([this] { serve(); });
        }
        starting.workers = nullptr;
    }

    Workers(Workers const&) = delete;
    Workers& operator=(Workers const&) = delete;

    ~Workers() { stop(); }

    /// How many threads work, the caller's included.
    [[nodiscard]] int threads() const { return static_cast<int>(team_.size()) + 1; }

    /// Calls work(chunk) once for every chunk in 0..chunks-1, on any thread, in any order; returns when all are done.
    ///
    /// One compiled copy of `work` runs, whatever the number of threads: two copies may fuse other multiplications and
    /// additions, and then the last bits would depend on it.
    template <class Work>
    void for_each_chunk(int chunks, Work&& work) {
        Job const job{
            .call = [](void* context, int chunk) { (*static_cast<std::remove_reference_t<Work>*>(context))(chunk); },
            .context = const_cast<void*>(static_cast<void const*>(std::addressof(work))),
            .chunks = chunks};
        if (team_.empty() || is_taken_.exchange(true)) {
            for (int chunk = 0; chunk < chunks; ++chunk) {
                job.call(job.context, chunk);
            }
            return;
        }
        std::exception_ptr const error = done_by_the_team(job);
        if (error) {
            std::rethrow_exception(error);
        }
    }

  private:
    struct Job {
        void (*volatile call)(void*, int);  // volatile, so that no compiler looks through it and inlines a copy
        void* context;
        int chunks;
    };

    /// What the first chunk that failed has thrown. The team is free again afterwards, and the error this caller's alone.
    std::exception_ptr done_by_the_team(Job const& job) {
        job_ = &job;
        next_ = 0;
        busy_ = static_cast<int>(team_.size());
        wake();
        work_through();
        for (int busy = busy_; busy != 0; busy = busy_) {
            wait_while(busy_, busy);
        }
        std::exception_ptr error = std::exchange(error_, nullptr);
        job_ = nullptr;  // it is gone when the run is over
        is_taken_ = false;
        return error;
    }

    void stop() {
        stopping_ = true;
        wake();
        for (std::thread& one : team_) {
            one.join();
        }
    }

    void wake() {
        ++round_;
        round_.notify_all();
    }

    /// Returns when `number` is not `old` any more. A thread that sleeps is woken in 4 to 30 us, while half of a step of one layer
    /// takes 80: so it looks for some 50 us before it sleeps, and between two looks it lets others have the core. Not by a clock:
    /// that makes one header 5 % more templates.
    template <class Number>
    static void wait_while(std::atomic<Number> const& number, Number old) {
        for (int yields = 0; yields < 256; ++yields) {
            for (int look = 0; look < 64; ++look) {
                if (number != old) {
                    return;
                }
            }
            std::this_thread::yield();
        }
        number.wait(old);
    }

    void serve() {
        for (unsigned seen = 0;;) {
            wait_while(round_, seen);
            seen = round_;
            if (stopping_) {
                return;
            }
            work_through();
            if (--busy_ == 0) {
                busy_.notify_one();
            }
        }
    }

    void work_through() {
        Job const& job = *job_;
        for (long long next = next_++; next < job.chunks; next = next_++) {
            auto const chunk = static_cast<int>(next);
#if defined(__cpp_exceptions)
            try {
                job.call(job.context, chunk);
            } catch (...) {
                std::scoped_lock const lock(error_mutex_);
                error_ = error_ ? error_ : std::current_exception();
            }
#else
            job.call(job.context, chunk);
#endif
        }
    }

    Job const* job_ = nullptr;
    std::atomic<bool> is_taken_{false};
    std::atomic<long long> next_{
        0};  // every thread counts one more than there are chunks, of which there may be INT_MAX
    std::atomic<int> busy_{0};
    std::atomic<unsigned> round_{0};
    std::atomic<bool> stopping_{false};
    std::mutex error_mutex_;
    std::exception_ptr error_;
    std::vector<std::thread> team_;  // no jthread: libc++ 19 has none
};

}  // namespace incontext
