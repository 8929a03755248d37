// A library opened at run time. Stays open until the process ends: TensorRT cannot be unloaded safely.
#pragma once

#include <string>
#include <vector>

namespace trtfairmot
{

class SharedLibrary
{
public:
    // Tries the names in turn; throws code::kTENSORRT_ABSENT with every loader message when none opens.
    static SharedLibrary open(std::vector<std::string> const& candidates, std::string const& what);

    template <typename F>
    F* symbol(char const* name) const
    {
        return reinterpret_cast<F*>(address(name));
    }

    std::string const& path() const noexcept
    {
        return mPath;
    }

private:
    SharedLibrary(void* library, std::string path);
    void* address(char const* name) const;

    void* mLibrary;
    std::string mPath;
};

} // namespace trtfairmot
