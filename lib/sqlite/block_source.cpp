#include "sqlite/block_source.h"

#include "sqlite/block_groups.h"

#include <utility>

namespace fnstore::sqlite {
namespace {

constexpr const char* sql_block_below =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum FROM call_blocks WHERE fn_no = ? AND min_id < ? "
    "ORDER BY min_id DESC LIMIT 1";

constexpr const char* sql_groups_of =
    "SELECT fence_id, blocks, calls, errors, cancelled, type_mask, min_app, max_app, "
    "min_created_ms, max_created_ms, far_created FROM block_groups WHERE fn_no = ? ORDER BY "
    "fence_id";

constexpr const char* sql_blocks_of_group =
    "SELECT min_id, max_id, calls, errors, cancelled, type_mask, min_app, max_app, min_created_ms, "
    "max_created_ms, body_no, checksum, far_created FROM call_blocks WHERE fn_no = ? AND min_id >= "
    "? "
    "AND min_id < ? ORDER BY min_id";

BlockGroup read_group_with_far_times(SQLite::Statement& query) {
  BlockGroup group = read_group(query);
  const std::string far = read_blob(query, 10);
  if (!far.empty()) {
    group.far = codec::GroupFarTimes(far, group.min_created, group.max_created, group.blocks);
  }
  return group;
}

BlockHeader read_header_with_near_times(SQLite::Statement& query) {
  BlockHeader header = read_header(query);
  const std::string bytes = read_blob(query, 12);
  if (bytes.empty()) return header;
  const codec::FarTimes far = codec::decode_far_times(bytes, header.near_min, header.near_max);
  header.near_min = far.near_min;
  header.near_max = far.near_max;
  return header;
}

}  // namespace

HeaderPointer BlockSource::below(const BlocksVersion& version, const Bound& bound) {
  BlockDirectory& directory = snapshot_.shared().directory;
  if (const auto known = directory.find_below(version, bound)) return *known;
  SQLite::Statement& query = snapshot_.connection().statement(sql_block_below);
  query.bind(1, version.fn_no);
  bind_bound(query, 2, bound);
  HeaderPointer header;
  if (query.executeStep()) header = std::make_shared<const BlockHeader>(read_header(query));
  query.reset();
  directory.add_below(version, bound, header);
  return header;
}

GroupsPointer BlockSource::groups(const BlocksVersion& version) {
  BlockDirectory& directory = snapshot_.shared().directory;
  if (GroupsPointer known = directory.groups(version)) return known;
  SQLite::Statement& query = snapshot_.connection().statement(sql_groups_of);
  query.bind(1, version.fn_no);
  std::vector<BlockGroup> groups;
  while (query.executeStep()) groups.push_back(read_group_with_far_times(query));
  query.reset();
  auto found = std::make_shared<const std::vector<BlockGroup>>(std::move(groups));
  directory.add_groups(version, found);
  return found;
}

HeadersPointer BlockSource::blocks_of(const BlocksVersion& version,
                                      const std::vector<BlockGroup>& groups, std::size_t group) {
  BlockDirectory& directory = snapshot_.shared().directory;
  const std::string& fence = groups[group].fence_id;
  if (HeadersPointer known = directory.blocks_of_group(version, fence)) return known;
  const Bound below = group + 1 < groups.size() ? Bound(groups[group + 1].fence_id) : Bound();
  SQLite::Statement& query = snapshot_.connection().statement(sql_blocks_of_group);
  query.bind(1, version.fn_no);
  query.bindNoCopy(2, fence);
  bind_bound(query, 3, below);
  std::vector<BlockHeader> headers;
  while (query.executeStep()) headers.push_back(read_header_with_near_times(query));
  query.reset();
  auto found = std::make_shared<const std::vector<BlockHeader>>(std::move(headers));
  directory.add_blocks_of_group(version, fence, found);
  return found;
}

std::optional<codec::IdText> BlockSource::at_most(const BlocksVersion& version,
                                                  const std::string& bound) {
  const HeaderPointer header = below(version, bound);
  if (header == nullptr) return std::nullopt;
  if (header->summary.max_id < bound) return codec::IdText(header->summary.max_id);
  IdTimesCache& cache = snapshot_.shared().id_times;
  IdTimesCache::Times times = cache.find(header->body_no, header->checksum);
  if (times == nullptr) {
    std::optional<codec::IdTimes> read = open(*header)->id_times();
    if (!read) return codec::IdText(bound);
    times = std::make_shared<const codec::IdTimes>(std::move(*read));
    cache.put(header->body_no, header->checksum, times);
  }
  return times->at_most(bound).value_or(codec::IdText(bound));
}

BlockLease BlockSource::open(const BlockHeader& header) {
  BlockCache& cache = snapshot_.shared().cache;
  BlockCache::Entries entry = cache.take(header.body_no, header.checksum);
  if (entry.empty()) {
    auto block = std::make_unique<codec::BlockReader>(open_block(snapshot_.connection(), header));
    entry.push_back({header.body_no, header.checksum, 0, std::move(block)});
  }
  return {cache, std::move(entry)};
}

void BlockSource::supply_texts(const BlockHeader& header, codec::BlockReader& block) {
  if (block.texts_supplied()) return;
  if (!block.needs_texts()) return block.supply_texts({});
  sqlite::supply_texts(snapshot_.connection(), header, block);
}

void BlockSource::supply_stats(const BlockHeader& header, codec::BlockReader& block) {
  if (block.stats_supplied()) return;
  if (!block.needs_stats()) return block.supply_stats({});
  sqlite::supply_stats(snapshot_.connection(), header, block);
}

}  // namespace fnstore::sqlite
