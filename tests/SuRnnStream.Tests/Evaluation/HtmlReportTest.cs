using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SuRnnStream.Evaluation;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Evaluation;

public sealed class HtmlReportTest
{
    static readonly EvaluationReport Report = MadeUpReport.Of(["yes", "no", "glass-break"]);

    static XDocument Page(EvaluationReport report)
    {
        using var folder = new TemporaryFolder();
        HtmlReport.Write(report, folder.File("report.html"));
        return XDocument.Parse(File.ReadAllText(folder.File("report.html")), LoadOptions.PreserveWhitespace);
    }

    /// <summary>The table under a heading: its rows, cell by cell.</summary>
    static string[][] Table(XDocument page, string heading) =>
        [.. page.Descendants("section").Single(section => section.Element("h2")!.Value == heading).Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];

    [Fact]
    public void Write_AsksForNothingFromElsewhere()
    {
        var page = Page(Report);
        Assert.DoesNotMatch("(?i)https?:|//[a-z]|@import|url\\(", Regex.Replace(page.ToString(), "base64,[A-Za-z0-9+/=]+", ""));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name == "href" || attribute.Name == "srcset");
        var pictures = page.Descendants("img").Select(img => img.Attribute("src")!.Value).ToArray();
        Assert.Equal(3, pictures.Length);
        Assert.All(pictures, source => Assert.StartsWith("<svg ", Encoding.UTF8.GetString(Convert.FromBase64String(source["data:image/svg+xml;base64,".Length..]))));
    }

    [Fact]
    public void Write_AsShipped_HasEveryLabelWithItsNumbersAndBounds()
    {
        var rows = Table(Page(Report), "As shipped");
        Assert.Equal(["Label", "Threshold", "Events", "Found", "Missed", "95 % bounds", "Wrong labels", "False alarms", "An hour", "95 % bounds"], rows[0]);
        Assert.Equal(["yes", "no", "glass-break", "all labels"], rows[1..].Select(row => row[0]));
        // At 70: 60 - 35 found, 300 e^-4.2 = 4.5 false alarms in 3 h. Bounds from tables of Clopper-Pearson and Garwood.
        Assert.Equal(["yes", "0.70", "60", "25", "58.3 %", "44.9 to 70.9 %", "1", "4", "1.33", "0.36 to 3.41"], rows[1]);
        Assert.Equal(["all labels", "0.70", "180"], rows[4][..3]);
    }

    [Fact]
    public void Write_Recommended_SaysWhoCannotMeetTheBudget()
    {
        var page = Page(Report);
        Assert.Equal(["yes", "glass-break", "together"], Table(page, "Recommended")[1..].Select(row => row[0]));
        Assert.Contains("for 1 false alarms an hour", page.ToString());
        Assert.Contains("No threshold meets it for no.", page.ToString());
        Assert.DoesNotContain("Recommended</h2>", Page(MadeUpReport.Of(["yes"], budget: null)).ToString());
    }

    [Fact]
    public void Write_TheSweep_HasEveryPointOfEveryLabel()
    {
        var page = Page(Report);
        var sweeps = page.Descendants("details").ToDictionary(details => details.Element("summary")!.Value, details => details.Descendants("tbody").Single().Elements("tr").ToArray());
        Assert.Equal(["all labels", "yes", "no", "glass-break"], sweeps.Keys);
        foreach (var (name, rows) in sweeps)
        {
            var points = name == "all labels" ? Report.Sweep : Report.SweepByLabel[name];
            Assert.Equal(points.Select(point => $"{point.Events}, {point.Hits}, {point.FalseAlarms}"), rows.Select(row => row.Elements().Select(cell => cell.Value).ToArray()).Select(row => $"{row[1]}, {row[2]}, {row[6]}".Replace(" ", "").Replace(",", ", ")));
        }
    }

    [Fact]
    public void Write_NamesThatLookLikeMarkup_StayNames()
    {
        string[] labels = ["<b>bold</b>", "</script><script>alert(1)</script>", "\"quoted\" & 'so'", "bell\u0007", "\ud800half"];
        var page = Page(MadeUpReport.Of(labels) with { Model = "models/<i>&amp;.surnn", Conditions = "noise of <street>" });
        Assert.Single(page.Descendants("script"));
        Assert.Empty(page.Descendants("i"));
        Assert.Equal("<i>&amp;.surnn", page.Descendants("h1").Single().Value);
        Assert.Contains("Mixed in: noise of <street>.", page.Descendants("p").First().Value);
        Assert.Equal([.. labels[..3], "bell\uFFFD", "\uFFFDhalf"], Table(page, "As shipped")[1..6].Select(row => row[0]));
    }

    [Fact]
    public void Write_WithoutEventsOrNegatives_SaysSo()
    {
        var negatives = Table(Page(MadeUpReport.Of(["one"], events: false)), "As shipped")[1];
        Assert.Equal(("-", "-"), (negatives[4], negatives[5]));
        var positives = Table(Page(MadeUpReport.Of(["one"], hours: 0)), "As shipped")[1];
        Assert.Equal(("-", "not measured"), (positives[8], positives[9]));
    }
}
