<?cs #
GET /message: one message on a page of its own. Reads what reading.cs names.
?>
<?cs include:"macros.cs" ?><?cs set:Layout.class = "app message-page open" ?><?cs include:"top.cs" ?>
<main id="main" tabindex="-1">
<?cs include:"reading.cs" ?>
</main>
<?cs include:"bottom.cs" ?>
