#:property PublishAot=false
// What each assembly of ours uses of its siblings' internals: the work that is left until a friend (InternalsVisibleTo) can go.
// dotnet run tools/friends.cs -- FOLDER..., folders of built programs, such as .artifacts/bin/SuRnnStream.Server/release; constants are not seen, since compilers copy them.
using System.Reflection;
using System.Runtime.Loader;

if (args.Length == 0 || args.FirstOrDefault(folder => !Directory.Exists(folder)) is not null)
{
    Console.Error.WriteLine("Name folders of built programs: dotnet run tools/friends.cs -- .artifacts/bin/SuRnnStream.Server/release");
    return 1;
}
var files = args.SelectMany(folder => Directory.GetFiles(folder, "*.dll")).DistinctBy(Path.GetFileName).ToDictionary(file => Path.GetFileNameWithoutExtension(file));
AssemblyLoadContext.Default.Resolving += (context, name) => files.TryGetValue(name.Name!, out var file) ? context.LoadFromAssemblyPath(file) : null;
foreach (var name in files.Keys.Where(IsOurs).Where(name => !name.EndsWith("Tests", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
{
    var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(files[name]));
    var used = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
    foreach (var member in assembly.GetModules().SelectMany(References).Where(member => OwnerOf(member).Assembly != assembly))
    {
        var owner = OwnerOf(member);
        var of = owner.Assembly.GetName().Name!;
        if (!IsOurs(of) || IsPublic(member, owner)) continue;
        if (!used.TryGetValue(of, out var set)) used[of] = set = new SortedSet<string>(StringComparer.Ordinal);
        set.Add(owner.IsVisible ? $"{owner.Name}.{member.Name}" : owner.Name);
    }
    foreach (var (of, members) in used) Console.WriteLine($"{of} -> {name}, {members.Count}: {string.Join(", ", members)}");
}
return 0;

static bool IsOurs(string name) => name.StartsWith("SuRnnStream", StringComparison.Ordinal) || name.StartsWith("surnn", StringComparison.Ordinal);

static Type OwnerOf(MemberInfo member) => (member as Type ?? member.DeclaringType!) is { IsGenericType: true } type ? type.GetGenericTypeDefinition() : member as Type ?? member.DeclaringType!;

static bool IsPublic(MemberInfo member, Type owner) => owner.IsVisible && member switch
{
    MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
    FieldInfo field => field.IsPublic || field.IsFamily,
    _ => true,
};

// Types, members and instances of generic methods that a module refers to, by their tokens.
static IEnumerable<MemberInfo> References(Module module)
{
    Type[] any = [typeof(object), typeof(object), typeof(object), typeof(object)]; // in the place of type parameters
    foreach (var table in new[] { 0x01000000, 0x0A000000, 0x2B000000 })
    {
        for (var row = 1; ; row++)
        {
            MemberInfo? member = null;
            try { member = module.ResolveMember(table | row, any, any); }
            catch (ArgumentOutOfRangeException) { break; } // the table's end
            catch (Exception) { } // of a package that is not here, or a parameter that object does not satisfy
            if (member is not null) yield return member;
        }
    }
}
