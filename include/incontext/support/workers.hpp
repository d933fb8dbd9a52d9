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
#include <vector>

namespace incontext {

/// Threads that wait for work without being created anew; the calling thread is one of them.
///
/// Cost: two wake-ups per run; no heap allocation after construction. Errors: fewer than one thread throws
/// std::invalid_argument, a thread that cannot be started std::system_error; the first exception of a chunk is rethrown by
/// for_each_chunk, with several threads after all chunks have ended.
/// Test: tests/unit/workers.cpp.
class Workers {
  public:
    explicit Workers(int threads = 1) {
        if (threads < 1) {
            throw std::invalid_argument("incontext::Workers: at least one thread is needed");
        }
        try {
            for (int i = 1; i < threads; ++i) {
                team_.emplace_back([this] { serve(); });
            }
        } catch (...) {  // the threads that did start must not wait for ever
            stop();
            throw;
        }
    }

    Workers(Workers const&) = delete;
    Workers& operator=(Workers const&) = delete;

    ~Workers() { stop(); }

    [[nodiscard]] int threads() const { return static_cast<int>(team_.size()) + 1; }

    /// Calls work(chunk) once for every chunk in 0..chunks-1, on any thread, in any order; returns when all are done.
    ///
    /// One compiled copy of `work` runs, whatever the number of threads: two copies may fuse other multiplications and
    /// additions, and then the last bits would depend on it.
    template <class Work>
    void for_each_chunk(int chunks, Work&& work) {
        call_ = [](void* context, int chunk) { (*static_cast<std::remove_reference_t<Work>*>(context))(chunk); };
        context_ = const_cast<void*>(static_cast<void const*>(std::addressof(work)));
        if (team_.empty()) {
            for (int chunk = 0; chunk < chunks; ++chunk) {
                call_.load()(context_, chunk);
            }
            return;
        }
        chunks_ = chunks;
        next_ = 0;
        busy_ = static_cast<int>(team_.size());
        error_ = nullptr;
        wake();
        work_through();
        for (int busy = busy_; busy != 0; busy = busy_) {
            busy_.wait(busy);
        }
        if (error_) {
            std::rethrow_exception(error_);
        }
    }

  private:
    void stop() {
        stopping_ = true;
        wake();
    }

    void wake() {
        ++round_;
        round_.notify_all();
    }

    void serve() {
        for (unsigned seen = 0;;) {
            round_.wait(seen);
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
        for (int chunk = next_++; chunk < chunks_; chunk = next_++) {
            try {
                call_.load()(context_, chunk);
            } catch (...) {
                std::scoped_lock const lock(error_mutex_);
                error_ = error_ ? error_ : std::current_exception();
            }
        }
    }

    std::atomic<void (*)(void*, int)> call_ =
        nullptr;  // atomic, so that no compiler looks through it and inlines a copy
    void* context_ = nullptr;
    int chunks_ = 0;
    std::atomic<int> next_{0};
    std::atomic<int> busy_{0};
    std::atomic<unsigned> round_{0};
    std::atomic<bool> stopping_{false};
    std::mutex error_mutex_;
    std::exception_ptr error_;
    std::vector<std::jthread> team_;  // last, so that the threads are joined before what they use is destroyed
};

}  // namespace incontext
