#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>

struct sqlite3_file;

namespace fnstore::sqlite {

enum class Access {
  read,
  write,
  /// For the SQL of users, which may do nothing but read. Opened read-only, so another connection
  /// of this process must be open already: it has recovered what a killed process left.
  inspect,
  at_rest,  ///< reads a file that nobody has open: without locks, making nothing beside it
};
enum class Sync { normal, full };

/// The frames of a log that have been moved into the database, from its beginning.
struct MovedPart {
  int frames = 0;
  std::array<unsigned char, 8> salt{};  // of the log; another one each time it begins anew
};

/// One SQLite connection with fnstore's rules set: WAL without automatic checkpoints, foreign
/// schema objects not trusted, defensive mode, bounded cache. Used by one thread at a time.
class Connection {
 public:
  /// `path` must be absolute, without symbolic links. Throws SQLite::Exception.
  Connection(const std::string& path, Access access, Sync sync,
             std::chrono::milliseconds busy_timeout);

  /// The prepared statement of a text constant, reset and without bindings. It stays valid until
  /// the connection closes; one constant must not be in use twice at once.
  SQLite::Statement& statement(const char* constant);

  /// Runs a statement that returns no rows and takes no parameters.
  void run(const char* constant);

  SQLite::Database& database() { return database_; }

  /// From the next transaction on; not inside one.
  void set_sync(Sync sync);

  /// The number of frames in the write-ahead log after this connection's last commit.
  int wal_frames() const { return wal_frames_; }

  /// Moves the log into the database while this connection holds the write lock throughout, so
  /// that no other connection can write or reset the log meanwhile (SQLite before 3.51.3 can
  /// corrupt a database where that overlaps). The caller must hold the store's lock file. Waits
  /// `patience` at most for readers of the log. Returns whether the log can start anew.
  bool checkpoint(bool truncate, std::chrono::milliseconds patience);

  /// The same as far as the reader that began before the last commit sees the log, without syncing
  /// the database: SQLite does that only at the log's end, and nobody can reset the log before.
  /// Within the lock file, as all of these.
  MovedPart checkpoint_part();

  /// Moves a part once more and syncs the database: as rewrite_log() for the log. Does nothing
  /// where the log has begun anew, for which the database was synced. Within a write transaction,
  /// before its first change.
  void move_again(const MovedPart& part);

  /// Sync the files, whoever wrote them and without a lock. Not before a first read.
  void sync_database();
  void sync_log();

  /// Writes the whole log over itself and syncs it. After a sync that failed the operating system
  /// takes what it could not write for written, and a later sync would say that all is well. Within
  /// a write transaction, before its first change.
  void rewrite_log();

  /// From now on, closing the last connection of all moves the log into the database and removes
  /// it. Without this a close changes nothing: a file that was refused is left as it was.
  void checkpoint_on_close();

  /// From now on every statement that would write is refused. A connection for `read` begins so;
  /// one for `inspect` may first be given temporary views.
  void forbid_writes();

  /// Whether a transaction is open. One that outlives its ScopedTransaction, since there was no
  /// memory to roll it back, makes the connection unusable: it must be closed.
  bool in_transaction();

  /// Reads something, which opens the log, so that it is the one that has its name now.
  void open_log();

  /// Calls `stop` every few milliseconds while statements run; when it returns true they end with
  /// SQLITE_INTERRUPT. It must not throw, and must outlive the connection.
  void interrupt_when(const std::function<bool()>& stop);

 private:
  struct Moved {
    bool all;
    int frames;
  };
  Moved checkpoint(int mode, std::chrono::milliseconds patience);
  sqlite3_file* file(int which);
  void sync_file(int which);
  std::array<unsigned char, 8> log_salt();

  SQLite::Database database_;
  std::unordered_map<const void*, SQLite::Statement> statements_;
  std::chrono::milliseconds busy_timeout_;
  int wal_frames_ = 0;
  Sync sync_;
};

/// A transaction that rolls back unless committed. Write transactions begin IMMEDIATE: one that
/// read first and then had to upgrade would fail at once, whatever the busy timeout.
class ScopedTransaction {
 public:
  ScopedTransaction(Connection& connection, Access access);
  ~ScopedTransaction();
  ScopedTransaction(const ScopedTransaction&) = delete;
  ScopedTransaction& operator=(const ScopedTransaction&) = delete;

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace fnstore::sqlite
