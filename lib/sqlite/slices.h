#pragma once

#include "sqlite/writer.h"

#include <functional>

namespace fnstore::sqlite {

/// Long work of maintenance in transactions that let other writers through: each ends soon when
/// another thread waits, and after some milliseconds anyway. Where other processes have the store
/// open, which cannot be seen waiting, each is followed by a pause. The log is kept short, so that
/// no checkpoint takes long either. Used by one thread.
class Slices {
 public:
  /// To be asked about once in a tenth of a millisecond of work, or more often.
  using IsOver = std::function<bool()>;

  explicit Slices(Writer& writer) : writer_(writer) {}

  /// One transaction, which a power cut may take back until make_durable(). `work` must do
  /// something before it first asks whether it is over, and be able to begin anew: on a full disk
  /// it is done once more, in what the store has reserved, and in smaller steps.
  void run(const std::function<void(WriteBatch&, const IsOver&)>& work);

  /// When it returns, all that was done survives what an acknowledged write survives.
  void make_durable();

 private:
  Writer& writer_;
  bool undurable_ = false;
};

}  // namespace fnstore::sqlite
