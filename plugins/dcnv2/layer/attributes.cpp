#include "dcnv2/layer/attributes.h"

namespace trtfairmot
{

namespace
{

constexpr uint32_t kMARK = 0x4E434446U; // "FDCN"
constexpr uint32_t kVERSION = 2U;

std::vector<int32_t*> integersOf(Attributes& a)
{
    return {&a.stride[0], &a.stride[1], &a.padding[0], &a.padding[1], &a.dilation[0], &a.dilation[1], &a.groups,
        &a.deformableGroup, &a.offsetMask, &a.maskActivation, &a.weightLayout, &a.offsetConvolution, &a.outChannels, &a.packedInterpolation, &a.relu,
        &a.inputCount};
}

} // namespace

std::vector<IntegerField> fieldsOf(Attributes& a)
{
    return {{"stride", a.stride.data(), 2, 1, kANY_INTEGER}, {"padding", a.padding.data(), 2, 0, kANY_INTEGER, true},
        {"dilation", a.dilation.data(), 2, 1, kANY_INTEGER}, {"groups", &a.groups, 1, 1, kANY_INTEGER},
        {"group", &a.groups, 1, 1, kANY_INTEGER}, {"deformable_group", &a.deformableGroup, 1, 1, kANY_INTEGER},
        {"deformable_groups", &a.deformableGroup, 1, 1, kANY_INTEGER}, {"offset_mask", &a.offsetMask, 1, 0, 1},
        {"mask_activation", &a.maskActivation, 1, 0, 1}, {"weight_layout", &a.weightLayout, 1, 0, 1},
        {"offset_convolution", &a.offsetConvolution, 1, 0, 1}, {"out_channels", &a.outChannels, 1, 1, kANY_INTEGER},
        {"packed_interpolation", &a.packedInterpolation, 1, 0, 1}, {"relu", &a.relu, 1, 0, 1}};
}

std::vector<uint8_t> bytesFromAttributes(Attributes const& attributes)
{
    Attributes copy = attributes;
    std::vector<int32_t> integers;
    for (int32_t const* value : integersOf(copy))
    {
        integers.push_back(*value);
    }
    return bytesFromIntegers(kMARK, kVERSION, integers);
}

bool attributesFromBytes(void const* bytes, size_t size, Attributes& attributes, std::string& problem)
{
    return integersFromBytes(bytes, size, kMARK, kVERSION, integersOf(attributes), problem);
}

} // namespace trtfairmot
