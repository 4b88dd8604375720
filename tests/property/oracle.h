#pragma once

#include "fnstore/fnstore.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The store's contract over a std::map: slow, obvious, and what the real one is held against.
class Oracle {
 public:
  using Key = std::pair<std::string, std::string>;  // fn_id, id

  std::optional<fnstore::Errc> insert(const std::vector<fnstore::CallRecord>& records,
                                      fnstore::OnConflict on_conflict,
                                      fnstore::InsertCounts& counts);
  std::optional<fnstore::Errc> transition(const Key& key, const fnstore::Transition& step);
  std::optional<fnstore::Errc> put_log(const Key& key, const std::string& bytes);
  std::optional<fnstore::Errc> remove(const Key& key);

  /// What a prune by function, status, age and number deletes; deletes it unless it is a dry run.
  fnstore::PruneResult prune(const fnstore::PruneRequest& request);

  const fnstore::CallRecord* find(const Key& key) const;
  const std::map<Key, fnstore::CallRecord>& records() const { return records_; }

  /// Every call the filter selects, in listing order, without the request fields. Cursor and page
  /// size of the filter are ignored.
  std::vector<fnstore::Call> select(const fnstore::CallFilter& filter) const;

 private:
  std::map<Key, fnstore::CallRecord> records_;
};

/// The call as a listing shows it.
fnstore::Call without_request(const fnstore::Call& call);
