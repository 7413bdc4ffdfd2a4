using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Build task: marks one symbol version that a 64-bit ELF library requires as weak (VER_FLG_WEAK in .gnu.version_r), so that the loader
/// accepts a host that lacks it. Does nothing where the host's libstdc++ has the version, unless the library is for other machines. Compiled by MSBuild, not into the program.
/// </summary>
public class WeakenSymbolVersion : Task
{
    const uint VerNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    const ushort Weak = 0x2;                // VER_FLG_WEAK

    [Required] public string Library { get; set; }
    [Required] public string SymbolVersion { get; set; }
    public bool ForOtherMachines { get; set; }

    public override bool Execute()
    {
        foreach (var folder in ForOtherMachines ? new string[0] : new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" })
        {
            var host = Path.Combine(folder, "libstdc++.so.6");
            if (File.Exists(host) && Encoding.ASCII.GetString(File.ReadAllBytes(host)).Contains(SymbolVersion + "\0")) return true;
        }
        var elf = File.ReadAllBytes(Library);
        var sections = (int)BitConverter.ToUInt64(elf, 0x28);
        int size = BitConverter.ToUInt16(elf, 0x3A), count = BitConverter.ToUInt16(elf, 0x3C), changed = 0;
        for (var i = 0; i < count; i++)
        {
            var header = sections + i * size;
            if (BitConverter.ToUInt32(elf, header + 4) != VerNeedSection) continue;
            var start = (int)BitConverter.ToUInt64(elf, header + 24);
            var names = sections + (int)BitConverter.ToUInt32(elf, header + 40) * size; // sh_link: its string table
            changed += WeakenIn(elf, start, (int)BitConverter.ToUInt64(elf, names + 24));
        }
        if (changed == 0) return true;
        File.Delete(Library); // a new file: the package cache may share the old one by a hard link
        File.WriteAllBytes(Library, elf);
        Log.LogMessage(MessageImportance.Normal, "Marked {0} as weak in {1}: this host's libstdc++ lacks it.", SymbolVersion, Library);
        return true;
    }

    int WeakenIn(byte[] elf, int need, int strings)
    {
        for (var changed = 0; ; need += BitConverter.ToInt32(elf, need + 12)) // one Verneed a library
        {
            var aux = need + BitConverter.ToInt32(elf, need + 8);
            for (var i = 0; i < BitConverter.ToUInt16(elf, need + 2); i++, aux += BitConverter.ToInt32(elf, aux + 12)) // one Vernaux a version
            {
                var name = strings + BitConverter.ToInt32(elf, aux + 8);
                var flags = BitConverter.ToUInt16(elf, aux + 4);
                if ((flags & Weak) != 0 || Encoding.ASCII.GetString(elf, name, SymbolVersion.Length + 1) != SymbolVersion + "\0") continue;
                BitConverter.GetBytes((ushort)(flags | Weak)).CopyTo(elf, aux + 4);
                changed++;
            }
            if (BitConverter.ToInt32(elf, need + 12) == 0) return changed;
        }
    }
}
