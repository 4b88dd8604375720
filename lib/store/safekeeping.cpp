#include "fnstore/safekeeping.h"

#include "sqlite/restoration.h"
#include "sqlite/verification.h"
#include "store/implementation.h"

namespace fnstore {

Verification Safekeeping::verify(const WorkProgress& progress) const {
  return store_->implementation_->settled().verify(progress);
}

Verification Safekeeping::verify_file(const std::string& path, const WorkProgress& progress) {
  return sqlite::verify_file(path, progress);
}

std::optional<CopyCounts> Safekeeping::backup(const std::string& target,
                                              const CopyOptions& options) const {
  return store_->implementation_->settled().backup(target, options);
}

std::optional<CopyCounts> Safekeeping::restore(const std::string& backup, const std::string& target,
                                               const CopyOptions& options) {
  return sqlite::restore(backup, target, options);
}

}  // namespace fnstore
