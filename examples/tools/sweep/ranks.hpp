// SPDX-License-Identifier: MIT
/// @file
/// The processes that share a sweep: one, or those that mpirun started.
#pragma once

#include <string>
#include <vector>

namespace sweep {

/// MPI from the first to the last line of the work, where the program was started under it; else one process.
///
/// Errors: std::runtime_error where it was started by mpirun and compiled without MPI, because every process would then do all.
class Ranks {
  public:
    Ranks();
    ~Ranks();
    Ranks(Ranks const&) = delete;
    Ranks& operator=(Ranks const&) = delete;

    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] int count() const { return count_; }
    [[nodiscard]] bool is_first() const { return rank_ == 0; }

    /// What rank 0 knows, for all.
    void share(std::vector<char>& flags) const;
    /// Everybody comes here before anybody goes on.
    void wait() const;
    /// Ends all processes with a sentence, where there are others; else does nothing.
    void fail(std::string const& program, std::string const& sentence) const;

    /// Whether the program was compiled with MPI.
    [[nodiscard]] static bool has_mpi();

  private:
    int rank_ = 0;
    int count_ = 1;
    bool is_mpi_ = false;
};

}  // namespace sweep
