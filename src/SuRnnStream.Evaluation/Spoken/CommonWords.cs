namespace SuRnnStream.Evaluation.Spoken;

/// <summary>Words that people say often, beside whatever is to be detected.</summary>
static class CommonWords
{
    public static readonly string[] All = Split("""
        about above across after again against ago air all almost alone along already also although always among and animal another answer any
        anything apple area arm around ask away baby back bad bag ball bank basket bath bear beautiful because bed before begin behind believe
        below best better between big bird black blue boat body book both bottle bottom box boy bread break bridge bright bring brother brown
        build burn bus business busy button buy call camera can candle captain car care carry cat catch center certain chair chance change
        cheap cheese chicken child children choose church city class clean clear climb clock close clothes cloud coat coffee cold color come
        common company complete consider contain control cook cool copy corner correct cost could country course cover cow crowd cry cup cut
        dance danger dark daughter day dead dear decide deep develop die different difficult dinner doctor dog dollar door doubt draw dream
        dress drink drive drop dry during each ear early earth east easy eat edge egg eight either electric else empty end engine enough enter
        evening ever every example eye face fact fall family famous far farm fast father favor fear feel few field fight figure fill film
        final find fine finger finish fire first fish five floor flower fly follow food foot forest forget form forward four free fresh friend
        from front fruit full funny garden gentle get girl give glad glass gold good grass gray great green ground group grow guess guitar
        half hall hand hang happen happy hard hat have head hear heart heavy hello help here high hill history hold hole holiday home hope
        horse hospital hot hotel hour house how hundred hurry husband ice idea imagine important inside interest island join journey jump just
        keep key kind king kitchen knife know lady lake land language large last late laugh lead learn leave leg lemon lesson letter library
        life light like line lion list listen little live long look lose loud love low lucky lunch machine mail main make man many map market
        matter maybe meal mean measure meat medicine meet member message metal middle milk million mind minute mirror miss modern moment money
        month moon more morning most mother mountain mouse mouth move movie much music must name narrow nature near necessary neck need never
        new newspaper next nice night nine noise north nose nothing notice number ocean offer office often old once one onion only open orange
        order other outside oven over own page paint pair paper parent park part party pass past patient pay pencil people pepper perhaps
        person phone photo piano pick picture piece place plan plant play please pocket poem police poor popular possible potato power present
        press pretty price print prize problem promise public pull purple push put quarter queen question quick quiet quite radio rain reach
        read ready real reason receive record red remember repeat reply report rest restaurant return rice rich ride ring river road rock roof
        room round rule run sad safe salt same sand say school science sea season seat second secret see seem sell send sentence serious seven
        several shape share sharp sheep shelf ship shirt shoe shop short should shoulder shout show shut sick side sign silver simple since
        sing sister sit six size skin sky sleep slow small smell smile smoke snow soap social soft soldier some song soon sorry sound soup
        south space speak special spell spend spoon sport spring square stairs stand star start station stay still stone store storm story
        straight strange street strong student study sudden sugar suggest summer sun supper sure surprise sweet swim table take talk tall taste
        teacher team telephone television tell ten tennis than thank that their then there thick thin thing think third thirty this though
        thousand three through throw ticket tiger time tired together tomorrow tonight tooth top total touch toward town toy traffic train
        travel tree trip trouble true trust try turn twelve twenty two umbrella uncle under understand until usual valley very village visit
        voice wait walk wall want warm wash watch water weather wedding week weight welcome well west wet what wheel when where which while
        white who whole why wife wild will win wind window wine winter wish with without woman wonder wood word work world worry write wrong
        year yellow yesterday yet young zebra zero zoo
        """);

    /// <summary>The same of German.</summary>
    public static readonly string[] German = Split("""
        aber abend acht alle alles als also alt am an andere anfang angst anrufen antwort apfel april arbeit arm arzt auch auf auge august aus auto bad bahn bald ball bank bauch bauen baum bayern bei bein beispiel berg
        beruf besser bett bier bild billig bin birne bis bitte blatt blau bleiben blume boden boot brauchen braun breit brief brille bringen brot bruder brücke buch bunt butter dach damals danke dann das decke dein denken
        deutsch dezember dick dieb diese ding doch donnerstag dorf dort drei draußen drücken du dumm dunkel durch dürfen durst dusche ecke ehe ei eimer ein eis eltern ende eng ente erde erst erzählen essen etwas euro fahren
        fahrrad fallen falsch familie farbe faul februar feiern fenster ferien fernseher fest feuer film finden finger fisch flasche fleisch fliegen flugzeug fluss frage frau frei freitag freund frisch froh früh frühling
        fühlen fünf für fuß gabel ganz garten gast geben geburtstag gefahr gehen gelb geld gemüse gern geschäft geschenk gesicht gestern gesund getränk gewinnen gewitter glas glauben gleich glück gold gras grau groß grün
        gruppe gut haar haben hafen halb hals hand hart haus haut heben heft heiß helfen hell hemd herbst herr herz heute hier himmel hinten hoch hören hose hotel hund hunger husten hut idee immer insel ja jacke jahr januar
        jede jetzt juli jung junge juni käse kaffee kalt kamm kartoffel kasse katze kaufen kein keller kennen kind kino kirche kirsche klasse kleid klein klug knie koch koffer kommen können kopf korb kosten krank kreis
        küche kuchen kuh kurz lachen laden lampe land lang laufen laut leben leer legen lehrer leicht leise lernen lesen leute licht lieben lied liegen links löffel luft lustig machen mädchen mai mal mann mantel markt
        maus meer mehr mein mensch messer milch minute mittag mittwoch möbel mögen monat mond montag morgen mücke müde mund musik müssen mutter nach nacht nadel nah name nase nass neben nehmen nein neu neun nicht nie noch
        norden november nudel null nummer nur nuss oben obst ofen oft ohne ohr oktober onkel oper orange ort osten papier park pause pferd pfanne pflanze platz polizei post preis problem pünktlich putzen quelle rad radio
        rathaus rechts reden regen reich reis reise rennen richtig ring rock rose rot rücken rufen ruhig rund sache saft sagen salz samstag sand satz sauber schaf schal schatten schauen scheinen schere schiff schinken
        schlafen schlecht schlüssel schmal schmecken schnee schneiden schnell schon schön schrank schreiben schuh schule schwarz schwer schwester schwimmen sechs see sehen seife sein seit september sessel sicher sieben
        silber singen sitzen sofa sohn sommer sonne sonntag spät spaß spiegel spielen sprache sprechen stadt stark stehen stein stellen stern stift still straße strom stück stuhl suchen süden suppe süß tag tante tanzen
        tasche tasse tausend tee teil telefon teller teppich teuer tief tier tisch tochter topf tragen traum treffen treppe trinken trocken tun tür turm über uhr und unter urlaub vater verkehr verstehen viel vier vogel voll
        vorne wagen wahr wald wand wann warm warten warum waschen wasser weg weihnachten wein weiß weit welt wenig wer werden westen wetter wichtig wie wiese wind winter wir wissen wo woche wohnen wolke wolle wort wünschen
        wurst zahl zahn zehn zeigen zeit zeitung zimmer zitrone zucker zug zurück zusammen zwei zwiebel zwischen zwölf
        """);

    internal static string[] Split(string words) => [.. words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
