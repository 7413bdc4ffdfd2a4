using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SuRnnStream.Tests.Support;

/// <summary>A block of C# of a Markdown page, compiled against what the test project refers to, with the usings that an SDK project has by itself.</summary>
static class CodeBlocks
{
    const string Usings = "using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net.Http; using System.Threading; using System.Threading.Tasks; using SuRnnStream;\n";

    static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    /// <summary>What the compiler says of a block.</summary>
    /// <param name="block">Statements, types after them or not, its own usings before them or not.</param>
    /// <param name="given">Usings, and declarations of names that the text around the block has made; one that the block makes itself is left out.</param>
    /// <returns>A line for each error; none: it compiles.</returns>
    public static string[] Errors(string block, params string[] given)
    {
        var declared = CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot().DescendantNodes()
            .Select(node => node switch { VariableDeclaratorSyntax variable => variable.Identifier.Text, SingleVariableDesignationSyntax part => part.Identifier.Text, TypeDeclarationSyntax type => type.Identifier.Text, _ => null }).ToHashSet();
        var before = given.Select(text => SyntaxFactory.ParseCompilationUnit(text)).Where(unit => !Names(unit).Any(declared.Contains)).ToList();
        var own = SyntaxFactory.ParseCompilationUnit(block);
        var all = SyntaxFactory.ParseCompilationUnit(Usings);
        all = all.AddUsings([.. own.Usings.Concat(before.SelectMany(unit => unit.Usings)).Where(one => all.Usings.All(other => other.ToString() != one.ToString()))]);
        MemberDeclarationSyntax[] members = [.. before.SelectMany(unit => unit.Members), .. own.Members];
        all = all.AddMembers([.. members.OfType<GlobalStatementSyntax>(), .. members.Where(member => member is not GlobalStatementSyntax)]);
        var compilation = CSharpCompilation.Create("block", [CSharpSyntaxTree.ParseText(all.NormalizeWhitespace().ToFullString())], References.Value, new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error).Select(one => one.ToString())];
    }

    static IEnumerable<string> Names(CompilationUnitSyntax unit) => unit.Members.SelectMany(member => member switch
    {
        GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax local } => local.Declaration.Variables.Select(variable => variable.Identifier.Text),
        TypeDeclarationSyntax type => [type.Identifier.Text],
        _ => [],
    });
}
