// Stand-in for ankerl::unordered_dense, which is not in Debian 12: the worker uses only what the standard
// containers offer too. Slower look-ups are lost in the noise of SRTP.
#pragma once
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<typename K>
	using hash = std::hash<K>;

	template<typename K, typename V, typename H = hash<K>, typename E = std::equal_to<K>>
	using map = std::unordered_map<K, V, H, E>;

	template<typename K, typename H = hash<K>, typename E = std::equal_to<K>>
	using set = std::unordered_set<K, H, E>;
} // namespace ankerl::unordered_dense
