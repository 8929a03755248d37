#pragma once

namespace trtfairmot
{

// Two names of one layer: kDCNV2 is the node of the common FairMOT and CenterNet exports, kFAIRMOT_DCNV2 the one that
// trt-builder writes. They take the same inputs and attributes.
constexpr char const* kDCNV2 = "DCNv2";
constexpr char const* kFAIRMOT_DCNV2 = "FairmotDCNv2";
constexpr char const* kPLUGIN_VERSION = "1";

} // namespace trtfairmot
